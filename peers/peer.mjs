// Does with the packages that apps of Connect use what the Go test asks for: reads a JSON list of jobs from standard
// input, and writes the list of what came of them. Nothing here is ours but the asking.
import { createRequire } from "node:module";
import { createPrivateKey } from "node:crypto";
import { text } from "node:stream/consumers";
import * as jose from "jose";

const require = createRequire(import.meta.url);
const jwt = require("atlassian-jwt");
const { getVerifiedClaims } = require("atlassian-connect-express/lib/middleware/authentication");
const HostClient = require("atlassian-connect-express/lib/internal/host-request");

const silent = { info() {}, warn() {}, error() {}, debug() {} };

// addon is what atlassian-connect-express must know of an app with a single tenant.
const addon = ({ app, base, client, secret }) => ({
  key: app,
  logger: silent,
  settings: { get: async (_, key) => (key === client ? { key: app, clientKey: client, sharedSecret: secret } : undefined) },
  config: {
    baseUrl: new URL(base),
    maxTokenAge: () => 15 * 60 * 1000,
    jwt: () => ({ validityInMinutes: 3 }),
    product: () => ({ isJIRA: true }),
  },
});

const query = (url) => {
  const out = {};
  for (const [name, value] of new URL(url).searchParams) {
    out[name] = name in out ? [].concat(out[name], value) : value;
  }
  return out;
};

const jobs = {
  hash: ({ method, url, base }) => jwt.createQueryStringHash(jwt.fromMethodAndUrl(method, url), false, base),
  canonical: ({ method, url, base }) => jwt.createCanonicalRequest(jwt.fromMethodAndUrl(method, url), false, base),
  symmetric: ({ claims, secret, alg }) => jwt.encodeSymmetric(claims, secret, alg),
  asymmetric: ({ claims, key, kid }) => jwt.encodeAsymmetric(claims, key, "RS256", { kid }),
  decode: ({ token, key }) => jwt.decodeAsymmetric(token, key, "RS256"),
  jose: ({ claims, alg, secret, key, kid }) =>
    alg === "none"
      ? new jose.UnsecuredJWT(claims).encode()
      : new jose.SignJWT(claims)
          .setProtectedHeader({ alg, typ: "JWT", kid })
          .sign(key ? createPrivateKey(key) : new TextEncoder().encode(secret)),

  // How atlassian-connect-express answers a request, and the token that it gives an app's own pages then.
  receive: async (job) => {
    const url = new URL(job.url);
    const req = { method: job.method, path: url.pathname, originalUrl: url.pathname + url.search, query: query(job.url), body: {}, headers: { authorization: "JWT " + job.token } };
    try {
      const { token } = await getVerifiedClaims(addon(job), req, { setHeader() {} });
      return { refused: "", session: token };
    } catch (error) {
      return { refused: error.message, session: "" };
    }
  },

  // The token with which an app calls the product.
  own: (job) => {
    const payload = new HostClient(addon(job), {}, job.client).createJwtPayload({ method: job.method, path: new URL(job.url).pathname, query: query(job.url) });
    return jwt.encodeSymmetric(payload, job.secret, "HS256");
  },
};

const asked = JSON.parse(await text(process.stdin));
const answers = [];
for (const job of asked) {
  try {
    answers.push({ answer: await jobs[job.do](job) });
  } catch (error) {
    answers.push({ error: String(error) });
  }
}
process.stdout.write(JSON.stringify(answers));
