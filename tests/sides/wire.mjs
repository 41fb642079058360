// A wire between the office and the public side that remembers what went over it and can be told to break.
//
//   const wire = await startWire(publicPort);        // the office is paired with wire.url
//   wire.lets = (asked) => asked.path !== '/exchange/done';  // what is not let through never arrives
//   wire.onReply = (asked, reply) => …               // gives another reply, or null to cut the connection
//   wire.passed                                      // [{ method, path, headers, body, status, reply }], newest last
import http from 'node:http';

export async function startWire(target) {
  const wire = { passed: [], lets: () => true, onReply: (asked, reply) => reply };
  const server = http.createServer((incoming, outgoing) => {
    const parts = [];
    incoming.on('data', (part) => parts.push(part));
    incoming.on('end', async () => {
      const asked = { method: incoming.method, path: incoming.url, headers: incoming.headers, body: Buffer.concat(parts) };
      try {
        if (!wire.lets(asked)) return outgoing.destroy();
        const reply = await pass(target, asked);
        wire.passed.push({ ...asked, status: reply.status, reply: reply.body });
        const given = await wire.onReply(asked, reply);
        if (!given) return outgoing.destroy();
        outgoing.writeHead(given.status, { ...given.headers, 'content-length': given.body.length });
        outgoing.end(given.body);
      } catch {
        outgoing.destroy(); // nobody listens behind it
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  wire.url = `http://127.0.0.1:${server.address().port}`;
  wire.stop = () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
  return wire;
}

// Sends what was asked, byte for byte, as the office did.
export function pass(port, { method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const call = http.request({ host: '127.0.0.1', port, method, path, headers }, (reply) => {
      const parts = [];
      reply.on('data', (part) => parts.push(part));
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts) }));
    });
    call.on('error', reject);
    call.end(body);
  });
}
