// The control of `npm run bench`: answers every request with as many bytes as its path says, and nothing else.
import http from 'node:http';

const bodies = new Map();

const server = http.createServer((req, res) => {
  const size = Math.max(0, Number(req.url.slice(1)) - 150);
  if (!bodies.has(size)) bodies.set(size, Buffer.alloc(size, 'x'));
  const body = bodies.get(size);
  res.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': body.length });
  res.end(body);
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit(0));
