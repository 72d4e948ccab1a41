// A real login service for the tests, on loopback: `oidc-provider` with two made-up people and one client.
// It prints its port, then waits for a line with the addresses that the client may be sent back to.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const people = JSON.parse(process.env.PEOPLE);
const server = createServer();
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

createInterface({ input: process.stdin }).once('line', (line) => {
  const { back, out } = JSON.parse(line);
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [{
      client_id: 'gtp',
      client_secret: process.env.SECRET,
      redirect_uris: back,
      post_logout_redirect_uris: out,
    }],
    claims: { openid: ['sub'], person: ['name', 'loa', 'dk.cpr', 'roles', 'unit'] },
    scopes: ['openid', 'person'],
    cookies: { keys: ['only for tests'] },
    findAccount: (_, id) => people[id] && {
      accountId: id,
      claims: () => ({ sub: id, ...people[id] }),
    },
  });
  server.on('request', provider.callback());
  console.log('ready');
});
