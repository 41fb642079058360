// 送信 against what writing its rows costs alone. 64 clients send prepared applications to the running program, each with
// its cookies and tokens; the peer writes the rows of one of them again and again: on SQLite a bare group-commit loop
// (submit_bare), on PostgreSQL pgbench with as many statements in one transaction.
//
//   node bench/submit.mjs [sqlite|postgres]         both when not named
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import * as town from './town.mjs';

const clients = 64, perClient = Number(process.env.YAKUBA_BENCH_EACH ?? 7), rounds = 4, port = Number(process.env.YAKUBA_BENCH_PORT ?? 8330) + 2, peerSeconds = 4;
const background = new Set(['log_checkpoint', 'people_release', 'insight_case', 'insight_interval', 'insight_cursor', 'sqlite_sequence', 'job']); // written by clocks, not by submissions
const eventsPerCase = 1;

// One visitor a client, without an account, each with his drafts answered and ready to be sent.
async function prepare(count) {
  const made = [];
  const first = new town.Visitor(port);
  const draft = await first.begin();
  const sent = await town.answerUntil(first, draft, 'papers');
  await town.inLanes(clients, Array.from({ length: clients }), async () => {
    const visitor = new town.Visitor(port);
    for (let i = 0; i < count; ++i) {
      const mine = await visitor.begin();
      for (const [page, fields] of sent) {
        const reply = await visitor.post(mine + page, fields);
        town.check(reply.status === 303, `${page}: ${reply.status}`);
      }
      const check = await visitor.open(`${mine}/check`);
      town.check(check.status === 200 && check.text.includes(`action="${mine}/submit"`), 'the check page offers to send');
      // Only the cookies that a browser would send with this draft would be few; one jar for twenty drafts is too long.
      const cookies = [...visitor.cookies].filter(([name]) => !/^draft-/.test(name) || name.includes(mine.split('/')[2]));
      made.push({ draft: mine, request: town.rawRequest({ host: visitor.host, cookie: () => cookies.map((pair) => pair.join('=')).join('; ') },
        'POST', `${mine}/submit`, [['_token', visitor.token], ['_key', `bench-${made.length}`], ['declaration', '1']]) });
      visitor.cookies = new Map([...visitor.cookies].filter(([name]) => !/^draft-/.test(name)));
    }
  });
  return made;
}

async function sendAll(made, folder, pid) {
  const file = join(folder, 'requests');
  town.writeRequests(file, made.map((one) => one.request));
  return town.load({ requests: file, connections: clients, port, pid, status: 303, once: true });
}

// Round by round, as many drafts as residents would have open at a time; the first round warms up and is not counted.
async function sendRounds(folder, pid) {
  const counted = [];
  let sent = 0;
  for (let i = 0; i <= rounds; ++i) {
    const made = await prepare(perClient);
    await town.settled(pid);
    const one = await sendAll(made, folder, pid);
    sent += made.length;
    if (i > 0) counted.push(one);
  }
  const sum = (of) => counted.reduce((total, one) => total + of(one), 0), requests = sum((one) => one.requests);
  return { sent, requests, per_second: requests / sum((one) => one.seconds), cpu_us: sum((one) => one.cpu_us * one.requests) / requests,
    p50_us: sum((one) => one.p50_us) / rounds, p99_us: Math.max(...counted.map((one) => one.p99_us)) };
}

// --- the rows of one submission ---

const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

// What one submission wrote, out of the database before and behind it.
function planOf(before, behind) {
  const then = new DatabaseSync(before, { readOnly: true }), now = new DatabaseSync(behind, { readOnly: true });
  const schema = now.prepare("select name, sql, type, tbl_name from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid").all();
  const virtual = schema.filter((one) => /^create virtual/i.test(one.sql)).map((one) => one.name);
  const shadow = (name) => virtual.some((table) => name.startsWith(`${table}_`));
  const key = (row, columns) => JSON.stringify(columns.map((c) => String(row[c])));
  const statements = [], notes = [];
  let preparing = null;
  for (const { name } of schema.filter((one) => one.type === 'table' && !virtual.includes(one.name) && !shadow(one.name) && !background.has(one.name))) {
    const columns = now.prepare(`pragma table_info(${quoted(name)})`).all();
    const names = columns.map((c) => c.name);
    const primary = columns.filter((c) => c.pk > 0).map((c) => c.name);
    const keys = [primary, ...now.prepare(`pragma index_list(${quoted(name)})`).all().filter((i) => i.unique)
      .map((index) => now.prepare(`pragma index_info(${quoted(index.name)})`).all().map((part) => part.name))];
    // Of each unique key one column is made each submission's own: a number, else the longest text.
    const ownColumns = (row) => new Set(keys.map((columnsOfKey) => columnsOfKey.find((c) => typeof row[c] === 'bigint')
      ?? [...columnsOfKey].sort((x, y) => String(row[y]).length - String(row[x]).length)[0]));
    const read = (db) => { const q = db.prepare(`select * from ${quoted(name)}`); q.setReadBigInts(true); return q.all(); };
    const old = new Map(read(then).map((row) => [key(row, primary), row]));
    const value = (row, column, fresh) => {
      const unique = ownColumns(row), v = row[column], kind = columns.find((c) => c.name === column);
      if (v === null) return {};
      if (fresh && primary.length === 1 && kind.pk && !kind.notnull && kind.type.toLowerCase() === 'integer') return {}; // given by the database
      if (typeof v === 'bigint') return unique.has(column) || !fresh ? { counter: Number(v) } : { number: Number(v) };
      if (typeof v === 'string') return unique.has(column) && v.length >= 8 ? { key: v } : { text: v };
      return { bytes: Buffer.from(v).toString('hex') };
    };
    for (const row of read(now)) {
      const was = old.get(key(row, primary));
      const differs = was ? names.filter((c) => String(row[c]) !== String(was[c])) : names;
      if (differs.length === 0) continue;
      if (!was) {
        statements.push({ table: name, columns: names, sql: `insert into ${quoted(name)} values (${names.map(() => '?').join(', ')})`, values: names.map((c) => value(row, c, true)) });
      } else {
        const where = primary.map((c) => `${quoted(c)} = ?`).join(' and ');
        const changes = differs.map((c) => `${quoted(c)} = ?`).join(', ');
        const of = name === 'draft' ? (c) => ({ key: row[c] }) : (c) => (typeof row[c] === 'bigint' ? { number: Number(row[c]) } : { text: row[c] });
        statements.push({ table: name, columns: differs, where: primary, sql: `update ${quoted(name)} set ${changes} where ${where}`,
          values: [...differs.map((c) => value(row, c, false)), ...primary.map(of)] });
        // Rows that are changed must be there: drafts one for each submission, serials once.
        const lay = `insert or ignore into ${quoted(name)} values (${names.map(() => '?').join(', ')})`;
        const first = names.map((c) => (name === 'draft' && c === 'id' ? { key: was[c] } : value(was, c, true)));
        if (name === 'draft') preparing = { table: name, columns: names, sql: lay, values: first };
        else notes.push({ sql: lay, values: names.map((c) => was[c]) });
      }
      if (name === 'search_entry' && !was) {
        const text = `${row.title} ${row.body}`, pairs = Array.from(text).map((c, i, all) => c + (all[i + 1] ?? '')).join(' ');
        statements.push({ table: 'search_words', columns: ['words'], sql: 'insert into search_words (words) values (?)', values: [{ text: pairs }] });
      }
    }
  }
  const literal = (v) => (v === null ? 'null' : typeof v === 'bigint' ? String(v) : `'${String(v).replaceAll("'", "''")}'`);
  const laid = notes.map((n) => n.sql.replace(/\(\?.*\)/, `(${n.values.map(literal).join(', ')})`));
  town.check(preparing && statements.some((s) => s.table === 'office_case'), 'a submission changes a draft and makes a case');
  then.close();
  now.close();
  return { schema: [...schema.filter((one) => one.type === 'table' && !shadow(one.name)).map((one) => one.sql),
    ...schema.filter((one) => one.type !== 'table').map((one) => one.sql), ...laid],
    prepare: preparing, statements, count: 'select count(*) from office_case' };
}

// --- SQLite ---

const databaseOf = (data) => join(data, 'towns/towns/nagi/town.db');

// Also tells the rows of one submission, which the peer on PostgreSQL writes as well.
async function onSqlite(measure) {
  const folder = town.temporaryFolder('submit'), data = join(folder, 'town');
  let server;
  try {
    town.makeTown(data, port);
    // One submission between two copies of the database: the rows that the peer writes.
    server = await town.serve(data, port);
    const visitor = new town.Visitor(port);
    for (const copy of ['warm', 'before', 'behind']) { // the first one makes the year's serials
      const draft = await visitor.begin();
      await town.answerUntil(visitor, draft, 'papers');
      if (copy === 'behind') {
        await town.ended(server);
        cpSync(databaseOf(data), join(folder, 'before.db'));
        server = await town.serve(data, port);
      }
      const done = await visitor.open(`${draft}/check`) && await visitor.post(`${draft}/submit`, [['declaration', '1']]);
      town.check(done.status === 303 && done.to.startsWith('/done/'), `not sent: ${done.status}`);
    }
    await town.ended(server);
    cpSync(databaseOf(data), join(folder, 'behind.db'));
    const plan = planOf(join(folder, 'before.db'), join(folder, 'behind.db'));
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));

    if (!measure) return plan;
    server = await town.serve(data, port);
    const counted = () => {
      const db = new DatabaseSync(databaseOf(data), { readOnly: true });
      const [cases, events] = ['select count(*) n from office_case', "select count(*) n from log_entry where verb = 'submitted'"].map((sql) => db.prepare(sql).get().n);
      db.close();
      return { cases, events };
    };
    const before = counted();
    const ours = await sendRounds(folder, server.pid);
    const behind = counted();
    town.check(behind.cases - before.cases === ours.sent, `${behind.cases - before.cases} cases for ${ours.sent} submissions`);
    town.check(behind.events - before.events === ours.sent * eventsPerCase, `${behind.events - before.events} events for ${ours.sent} submissions`);
    await town.ended(server);
    const peer = JSON.parse(town.command(town.tool('submit_bare'), [join(folder, 'plan.json'), join(folder, 'bare.db'), String(clients), String(peerSeconds)]));
    report('SQLite', 'bare loop', plan.statements.length, ours.requests, ours, peer.per_second, 55);
    return plan;
  } finally {
    if (server) await town.ended(server);
    town.remove(folder);
  }
}

function report(database, peerName, rows, count, ours, peerRate, bar) {
  console.log(`submit on ${database}: ${count} applications of ${clients} clients, ${rows} rows each`);
  console.log(`  ${peerName.padEnd(10)} ${peerRate.toFixed(0)}/s`);
  console.log(`  yakuba     ${ours.per_second.toFixed(0)}/s, ${ours.cpu_us.toFixed(0)} µs processor, p50 ${(ours.p50_us / 1000).toFixed(1)} ms, p99 ${(ours.p99_us / 1000).toFixed(1)} ms`);
  const share = (100 * ours.per_second) / peerRate;
  town.claim(`submit on ${database}, share of the ${peerName}`, `${share.toFixed(1)} %`, `≥ ${bar} %`, share >= bar);
}

// --- PostgreSQL ---

const programs = '/usr/lib/postgresql/15/bin';

class Cluster {
  constructor(folder) {
    this.folder = folder;
    mkdirSync(folder);
    execFileSync('chown', ['postgres', folder]);
    this.as('initdb', ['-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '-D', join(folder, 'data')]);
    // As Debian sets it up, durable: fsync and synchronous_commit are on.
    this.child = spawn('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', join(programs, 'postgres'), '-D', join(folder, 'data'), '-k', folder,
      '-c', 'listen_addresses=', '-c', 'max_connections=200', '-c', 'shared_preload_libraries=pg_stat_statements'], { cwd: '/', stdio: 'ignore' });
    for (let i = 0; ; ++i) {
      try {
        this.sql('postgres', 'select 1');
        break;
      } catch (error) {
        if (i > 50) throw error;
        execFileSync('sleep', ['0.1']);
      }
    }
    this.sql('postgres', 'create role yakuba_admin login createrole; create role yakuba_login login noinherit');
  }
  as(name, args, more = {}) {
    const own = name === 'psql' || name === 'pgbench' ? `/usr/bin/${name}` : join(programs, name);
    return execFileSync('setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', own, ...args],
      { cwd: '/', encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024, ...more });
  }
  sql(database, text) {
    return this.as('psql', ['-h', this.folder, '-U', 'postgres', '-d', database, '-v', 'ON_ERROR_STOP=1', '-qAt', '-c', text]).trim();
  }
  url(user, database) { return `host=${this.folder} user=${user} dbname=${database}`; }
  async stop() {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGINT');
    await gone;
  }
}

const number = { script: "lpad((:client_id * 1000000 + :k)::text, 8, '0')", rows: "lpad((c * 1000000 + k)::text, 8, '0')" };
// A colon would be taken for a variable of pgbench, even between quotes.
const quotedText = (text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll(':', '\\x3a')}'`;
const literalOf = (own) => (v) => {
  if (v.text !== undefined) return quotedText(v.text);
  if (v.key !== undefined) return `${quotedText(v.key.slice(0, -8))} || ${own}`;
  if (v.number !== undefined) return String(v.number);
  if (v.counter !== undefined) return own === number.rows ? String(v.counter) : `${v.counter} + ((:client_id + 1) * 1000000 + :k) * 4`;
  if (v.bytes !== undefined) return `'\\x${v.bytes}'::bytea`;
  return 'null';
};

// The same rows as SQL for pgbench, in one transaction with as many statements as ours has; reads fill up.
function pgbenchScript(plan, statementsOfOurs) {
  const literal = literalOf(number.script);
  const lines = ['\\set k :k + 1', 'begin;'];
  const words = plan.statements.find((one) => one.table === 'search_words');
  for (const one of plan.statements.filter(({ table }) => table !== 'search_words')) {
    const s = structuredClone(one), value = s.values.map(literal);
    if (s.table === 'search_entry') { // there the words are a column
      s.columns.push('words');
      value.push(`to_tsvector('simple', ${literal(words.values[0])})`);
    }
    const columns = s.columns.filter((c, i) => c !== 'id' || value[i] !== 'null');
    const pairs = (names, from) => names.map((c, i) => `${quoted(c)} = ${value[from + i]}`);
    lines.push(s.where ? `update ${s.table} set ${pairs(s.columns, 0).join(', ')} where ${pairs(s.where, s.columns.length).join(' and ')};`
      : `insert into ${s.table} (${columns.map(quoted).join(', ')}) values (${columns.map((c) => value[s.columns.indexOf(c)]).join(', ')});`);
  }
  const draft = literal(plan.prepare.values[plan.prepare.columns.indexOf('id')]);
  while (lines.length < statementsOfOurs) lines.push(`select number from draft where id = ${draft};`);
  lines.push('commit;');
  return { text: `${lines.join('\n')}\n`, statements: lines.length - 1 };
}

function layOutDrafts(plan, most) {
  const literal = literalOf(number.rows);
  return `insert into draft (${plan.prepare.columns.map(quoted).join(', ')}) select ${plan.prepare.values.map(literal).join(', ')}
    from generate_series(0, ${clients - 1}) c, generate_series(1, ${most}) k`;
}

async function onPostgres(plan) {
  const folder = town.temporaryFolder('submit-pg'), data = join(folder, 'town');
  execFileSync('chmod', ['a+rx', folder]);
  const cluster = new Cluster(join(folder, 'cluster'));
  const calls = () => Number(cluster.sql('town', "select sum(calls) from pg_stat_statements where query !~ 'sequenc|log_place|pg_stat'"));
  let server;
  try {
    cluster.sql('postgres', 'create database town owner yakuba_admin');
    cluster.sql('town', 'create extension pg_stat_statements');
    town.makeTown(data, port, ['--postgres', cluster.url('yakuba_login', 'town')], cluster.url('yakuba_admin', 'town'));
    server = await town.serve(data, port);
    const few = await prepare(1);
    await town.settled(server.pid);
    const counted = () => cluster.sql('town', "select (select count(*) from town_nagi.office_case) || ' ' || (select count(*) from town_nagi.log_entry where verb = 'submitted')").split(' ').map(Number);
    // How many statements one submission is, background left out as far as its names tell.
    const idle = calls();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const perSecond = calls() - idle, from = calls(), began = Date.now();
    await sendAll(few, folder, server.pid);
    const statements = Math.round((calls() - from - (perSecond * (Date.now() - began)) / 1000) / few.length);
    const before = counted();
    const ours = await sendRounds(folder, server.pid);
    const behind = counted();
    town.check(behind[0] - before[0] === ours.sent, `${behind[0] - before[0]} cases for ${ours.sent} submissions`);
    town.check(behind[1] - before[1] === ours.sent * eventsPerCase, `${behind[1] - before[1]} events for ${ours.sent} submissions`);
    await town.ended(server);

    const options = '-c search_path=town_nagi -c synchronous_commit=on -c session_replication_role=replica'; // no foreign keys: the peer's ids are made up
    const env = { ...process.env, PGOPTIONS: options };
    const script = pgbenchScript(plan, statements);
    writeFileSync(join(folder, 'script.sql'), script.text);
    writeFileSync(join(folder, 'drafts.sql'), layOutDrafts(plan, 3000));
    cluster.as('psql', ['-h', cluster.folder, '-U', 'postgres', '-d', 'town', '-v', 'ON_ERROR_STOP=1', '-qf', join(folder, 'drafts.sql')], { env });
    const cases = () => Number(cluster.sql('town', 'select count(*) from town_nagi.office_case'));
    const first = cases();
    const told = cluster.as('pgbench', ['-h', cluster.folder, '-U', 'postgres', '-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(peerSeconds), '-D', 'k=0',
      '-f', join(folder, 'script.sql'), 'town'], { env });
    const transactions = Number(/actually processed: (\d+)/.exec(told)[1]), rate = Number(/tps = ([\d.]+)/.exec(told)[1]);
    town.check(cases() - first === transactions, `${cases() - first} cases for ${transactions} transactions of pgbench`);
    console.log(`  ${statements} statements in each of ours, ${script.statements} in each of pgbench's`);
    report('PostgreSQL', 'pgbench', plan.statements.length, ours.requests, ours, rate, 60);
  } finally {
    if (server) await town.ended(server);
    await cluster.stop();
    town.remove(folder);
  }
}

const which = process.argv[2];
const plan = await onSqlite(which !== 'postgres');
if (which !== 'sqlite') await onPostgres(plan);
town.finish();
