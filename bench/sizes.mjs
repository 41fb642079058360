// What the town hall weighs and how long one waits for it: memory when nobody asks, start to the first page, and with
// `build` the times of builds (a clean one in a folder of its own without ccache, one file of a capability, one of edge)
// and of `./test fast`.
//
//   node bench/sizes.mjs [build]
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as town from './town.mjs';

const port = Number(process.env.YAKUBA_BENCH_PORT ?? 8330) + 4;
const idleSeconds = 5, memoryBar = 60, startBar = 1;

async function running() {
  const folder = town.temporaryFolder('sizes'), data = join(folder, 'town');
  let server;
  try {
    town.makeTown(data, port);
    town.yakuba('demo', 'seed', '--data', data, '--town', 'nagi');
    const starts = [];
    for (let i = 0; i < 5; ++i) {
      const began = process.hrtime.bigint();
      server = await town.serve(data, port);
      const page = await new town.Visitor(port).get('/');
      starts.push(Number(process.hrtime.bigint() - began) / 1e9);
      town.check(page.status === 200 && page.text.includes('奈義町'), 'the first page of the town');
      await town.ended(server);
    }
    starts.sort((a, b) => a - b);
    server = await town.serve(data, port);
    await new town.Visitor(port).get('/');
    const visitor = new town.Visitor(port);
    for (const path of ['/', '/procedures', `/procedures/${town.procedure}`, '/criteria', '/login', '/status']) {
      const page = await visitor.get(path);
      town.check(page.status === 200, `${path}: ${page.status}`);
    }
    await town.settled(server.pid);
    await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000));
    const memory = town.memoryMegabytes(server.pid);
    town.claim('start to the first page', `${starts[2].toFixed(2)} s (median of five)`, `< ${startBar} s`, starts[2] < startBar);
    town.claim('idle memory, after pages were shown', `${memory.toFixed(1)} MB`, `< ${memoryBar} MB`, memory < memoryBar);
  } finally {
    if (server) await town.ended(server);
    town.remove(folder);
  }
}

function seconds(command, ...args) {
  const began = process.hrtime.bigint();
  execFileSync(command, args, { cwd: town.root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, CCACHE_DISABLE: '1' } });
  return Number(process.hrtime.bigint() - began) / 1e9;
}

function builds() {
  const folder = join(town.root, 'build/clean');
  try {
    const clean = seconds('cmake', '--preset', 'debug', '-B', folder) + seconds('ninja', '-C', folder, '-j2', 'yakuba');
    town.claim('clean build, 2 processors', `${(clean / 60).toFixed(1)} min`, '≤ 8 min', clean <= 480);
    for (const [file, bar] of [['src/hall/cases/pages_case.cpp', 10], ['src/hall/application/pages_question.cpp', 10], ['src/edge/server.cpp', 20]]) {
      execFileSync('touch', [join(town.root, file)]);
      const one = seconds('ninja', '-C', folder, '-j2', 'yakuba');
      town.claim(`rebuild after a change of ${file}`, `${one.toFixed(1)} s`, `≤ ${bar} s`, one <= bar);
    }
  } finally {
    town.remove(folder);
  }
}

function tests() {
  const told = execFileSync('./test', ['fast'], { cwd: town.root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const time = Number(/^suites ran in (\d+) s$/m.exec(told)[1]);
  console.log(`  ${told.trim().split('\n').at(-1)}`);
  town.claim('./test fast behind the build', `${time} s`, '≤ 60 s', time <= 60);
}

if (process.argv[2] === 'build') builds();
else if (process.argv[2] === 'tests') tests();
else await running();
town.finish();
