// The question page of a signed-in resident against nginx with the same bytes as a file: one processor for the server,
// the other for the load, 64 kept connections, each with a session and a draft of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import * as town from './town.mjs';

const connections = 64, port = Number(process.env.YAKUBA_BENCH_PORT ?? 8330), peerPort = port + 1, seconds = 6;
const folder = town.temporaryFolder('page');
const data = join(folder, 'town');
let server, peer;
try {
  town.makeTown(data, port);
  town.yakuba('demo', 'seed', '--data', data, '--town', 'nagi');
  const resident = town.yakuba('demo', 'logins', '--data', data, '--town', 'nagi').split('\n').map((line) => line.trim().split(/\s+/)).find((words) => words[0] === 'resident');
  server = await town.serve(data, port, town.serverCpu);
  await town.settled(server.pid);

  // 64 sessions in the store, each with a draft that is answered up to the page.
  const page = process.env.YAKUBA_BENCH_PAGE ?? 'lives_with.0';
  const pages = [], requests = [];
  await town.inLanes(4, Array.from({ length: connections }), async () => {
    const visitor = new town.Visitor(port);
    await visitor.signIn(resident[1], resident[2]);
    const draft = await visitor.begin();
    const sent = await town.answerUntil(visitor, draft, page);
    const shown = await visitor.get(`${draft}/${page}`);
    town.check(shown.status === 200 && shown.text.includes('id="question"') && shown.text.includes(`action="${draft}/${page}"`), 'not the page that was asked for');
    pages.push({ text: shown.text, answered: sent.length });
    requests.push(town.rawRequest(visitor, 'GET', `${draft}/${page}`));
  });
  const bytes = Buffer.byteLength(pages[0].text);
  town.check(pages.every(({ text }) => Math.abs(Buffer.byteLength(text) - bytes) < 64), 'the pages are of one size');
  const file = join(folder, 'requests');
  town.writeRequests(file, requests);
  const options = { requests: file, connections, seconds, warm: 2, cpu: town.loadCpu };
  const ours = town.load({ ...options, port, pid: server.pid, contains: 'id="question"' });
  town.check(ours.body_bytes_min > bytes - 64 && ours.body_bytes_max < bytes + 64, 'every answer is the page');
  await town.ended(server);

  // The peer: the same bytes as a file, one worker, no log.
  mkdirSync(join(folder, 'www/apply'), { recursive: true });
  writeFileSync(join(folder, 'www/page.html'), pages[0].text);
  writeFileSync(join(folder, 'nginx.conf'), `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 10000; default_type text/html; charset utf-8;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${peerPort}; root ${folder}/www; location / { try_files /page.html =404; } } }\n`);
  execFileSync('chmod', ['-R', 'a+rX', folder]);
  peer = spawn('taskset', ['-c', String(town.serverCpu), '/usr/sbin/nginx', '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'inherit'] });
  await town.listening(peerPort);
  const worker = execFileSync('pgrep', ['-P', String(peer.pid)], { encoding: 'utf8' }).trim().split('\n')[0];
  const theirs = town.load({ ...options, port: peerPort, pid: worker, contains: 'id="question"' });
  town.check(theirs.body_bytes_min === bytes, 'nginx sends the same bytes');

  console.log(`question page: ${bytes} bytes, ${pages[0].answered} pages answered before it, ${connections} sessions and connections, one processor`);
  console.log(`  nginx   ${theirs.per_second.toFixed(0)}/s, ${theirs.cpu_us.toFixed(1)} µs processor, p50 ${theirs.p50_us} µs, p99 ${theirs.p99_us} µs`);
  console.log(`  yakuba  ${ours.per_second.toFixed(0)}/s, ${ours.cpu_us.toFixed(1)} µs processor, p50 ${ours.p50_us} µs, p99 ${ours.p99_us} µs`);
  const share = ours.per_second / theirs.per_second;
  town.claim('share of nginx', `${(share * 100).toFixed(1)} %`, '≥ 25 %, aim 45 %', share >= 0.25);
  town.claim('processor time per page', `${ours.cpu_us.toFixed(1)} µs`, '≤ 40 µs, aim 25 µs', ours.cpu_us <= 40);
  town.claim('p99 at 64 connections', `${(ours.p99_us / 1000).toFixed(2)} ms`, '< 10 ms, aim 4 ms', ours.p99_us < 10_000);
} finally {
  if (server) await town.ended(server);
  if (peer) await town.ended(peer);
  town.remove(folder);
}
town.finish();
