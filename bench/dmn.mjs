// The rule engine on its peers' workloads: `yakuba dmn bench` beside the engines of npm, in one run, each in one thread;
// everybody's answers are checked before anything is timed. Without ../shared the peers are left out, and it says so.
// Figures are processor time of one decision, the least of five repetitions.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { write } from './dmn_workload.mjs';

const program = process.env.YAKUBA ?? 'build/release/yakuba';
const peersFolder = process.env.YAKUBA_BENCH_PEERS ?? '../shared/peers/dmn';
const seconds = Number(process.env.YAKUBA_BENCH_SECONDS ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'yakuba-dmn-bench-'));
let missed = 0;

function claim(what, figure, unit, must, aim) {
  const reached = figure <= must;
  if (!reached) ++missed;
  console.log(`${reached ? 'reached' : 'MISSED '}  ${what.padEnd(46)} ${figure.toFixed(3).padStart(9)} ${unit} (must ${must}, aim ${aim})${figure <= aim ? ', aim reached' : ''}`);
}
function ours(data, model, contexts, expect, ...more) {
  const done = spawnSync(program, ['dmn', 'bench', '--model', join(data, model), '--contexts', join(data, contexts),
    '--expect', join(data, expect), '--seconds', String(seconds), ...more], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`yakuba dmn bench: ${done.stdout}${done.stderr}`);
  return JSON.parse(done.stdout);
}

// Lines of a peer's script; what it says of wrong answers ends the run of that peer.
function peer(at, script) {
  const done = spawnSync(process.execPath, [script], { cwd: join(at, 'node'), encoding: 'utf8', env: { ...process.env, MS: '1000', REPS: '5' } });
  const lines = done.stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)).filter((line) => line.cpu_us);
  if (done.status !== 0 || /WRONG|failed/.test(done.stdout)) {
    console.log(`         ${script}: ${(done.stdout + done.stderr).trim().split('\n')[0]}`);
    return [];
  }
  return lines;
}

try {
  let data = join(folder, 'data'), peers = null;
  if (existsSync(join(peersFolder, 'gen.mjs'))) {
    peers = join(folder, 'peers');
    cpSync(peersFolder, peers, { recursive: true });
    spawnSync('chmod', ['-R', 'u+w', peers]);
    execFileSync(process.execPath, [join(peers, 'gen.mjs')], { stdio: 'ignore' });
    data = join(peers, 'data');
  } else {
    console.log(`         no peers: ${peersFolder} is missing (YAKUBA_BENCH_PEERS names another place)`);
    write(data);
  }
  const table = ours(data, 'table.dmn', 'contexts.json', 'expected-table.json');
  const feel = ours(data, 'feel.dmn', 'items.json', 'expected-feel.json', '--as', 'Items');
  claim('table, 50 rules × 5 inputs, a decision', table.cpu_us, 'us', 1, 0.5);
  claim('FEEL over 100 contexts', feel.cpu_us, 'us', 8, 4);
  claim('JSON in, decision, JSON out', table.json_cpu_us, 'us', 4, 2);
  claim('load and compile the 50-rule model', table.load_cpu_us / 1000, 'ms', 1, 0.3);
  if (peers) {
    const installed = spawnSync('npm', ['install', '--silent', '--no-audit', '--no-fund'], { cwd: join(peers, 'node'), encoding: 'utf8' });
    if (installed.status !== 0) console.log(`         the peers cannot be installed: ${installed.stderr.trim().split('\n')[0]}`);
    else
      for (const script of ['zen.mjs', 'dmn-eval.mjs', 'feelin.mjs'])
        for (const { name, cpu_us } of peer(peers, script)) {
          const own = / table/.test(name) ? table.cpu_us : feel.cpu_us;
          console.log(`         peer: ${name.padEnd(46)} ${cpu_us.toFixed(2).padStart(9)} us, ${(cpu_us / own).toFixed(0)} times ours`);
        }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(missed ? 1 : 0);
