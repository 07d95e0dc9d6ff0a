// Checks credentials with software that is not ours: `jose` for tokens, `@digitalbazaar/vc` for
// embedded proofs. Reads {issuer, contexts: {address: document}, at, cases: [{token} | {embedded}]}
// from standard input; prints for each case true, or why it was refused, as JSON.
import {readFileSync} from "node:fs";
import {cryptosuite} from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import {DataIntegrityProof} from "@digitalbazaar/data-integrity";
import {createLocalJWKSet, jwtVerify} from "jose";
import {verifyCredential} from "@digitalbazaar/vc";

const {issuer, contexts, at, cases} = JSON.parse(readFileSync(0, "utf8"));
const now = new Date(at);

// Nothing is fetched: the contexts are those that come with our program, the keys those of issuer.json.
async function documentLoader(url) {
  const method = issuer.verificationMethod.find((each) => each.id === url);
  const document = contexts[url] ?? (url === issuer.id ? issuer : undefined)
    ?? (method && {"@context": "https://w3id.org/security/multikey/v1", ...method});
  if (document === undefined) throw new Error(`refused to load ${url}`);
  return {contextUrl: null, documentUrl: url, document};
}

async function checkToken(token) {
  const keys = createLocalJWKSet(issuer.jwks);
  await jwtVerify(token, keys, {issuer: issuer.id, algorithms: ["RS256"], currentDate: now});
  return true;
}

async function checkEmbedded(credential) {
  const suite = new DataIntegrityProof({cryptosuite});
  // Whether it still holds is asked elsewhere, by openbadgeslib.
  const checkStatus = async () => ({verified: true});
  const result = await verifyCredential({credential, suite, documentLoader, checkStatus, now});
  if (!result.verified) throw result.error.errors?.[0] ?? result.error;
  return true;
}

const outcomes = [];
for (const {token, embedded} of cases) {
  const checking = token === undefined ? checkEmbedded(embedded) : checkToken(token);
  outcomes.push(await checking.catch((error) => `${error.name}: ${error.message}`));
}
console.log(JSON.stringify(outcomes));
