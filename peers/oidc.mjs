// Is an OpenID provider on loopback, as oidc-provider makes it: reads its clients as JSON from standard input, says its
// issuer in a line, and answers until it is killed. Whoever logs in is who they say they are: this is nobody's house.
import { createServer } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { Provider } from "oidc-provider";

const clients = JSON.parse(await text(process.stdin));
const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, email: `${sub}@acme.example`, email_verified: sub !== "stranger" }) }),
});
server.on("request", provider.callback());
process.stdout.write(issuer + "\n");
