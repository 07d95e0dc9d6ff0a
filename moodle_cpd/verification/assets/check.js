/* Checks a certificate's PDF without sending it anywhere: who signed it, and whether it is the file
 * that was issued. Works in browsers and in Node alike; page.js shows what comes of it.
 *
 * Three questions, in this order:
 *   1. Is there a credential in the PDF, signed with one of the issuer's keys (RS256)?
 *   2. Is what the certificate says, which lies beside it, what was signed?
 *   3. Is the file, byte for byte, the one that was issued? Only then does its page show just that.
 */
(() => {
  "use strict";

  const MOST_BYTES = 20_000_000;   // larger files are no certificates of ours
  const MOST_UNPACKED = 1_000_000; // what a file in the PDF may grow to
  const SAID = "What the certificate says";

  /** Why a file could not be accepted; `reason` is a key of the words in page.js. */
  class Refused extends Error {
    constructor(reason) { super(reason); this.reason = reason; }
  }

  const utf8 = (bytes) => new TextDecoder("utf-8", {fatal: true}).decode(bytes);

  function fromBase64url(text) {
    if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Refused("changed");
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  }

  function toBase64url(bytes) {
    return btoa(String.fromCharCode(...bytes))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  async function sha256(bytes) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  }

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  /** Unpack a deflated stream, up to a limit. */
  async function inflate(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const reader = stream.getReader();
    const parts = [];
    let size = 0;
    for (;;) {
      const {done, value} = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST_UNPACKED) throw new Refused("noCertificate");
      parts.push(value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  /** The files that lie in a PDF, as bytes: streams of the type EmbeddedFile, with a length that
   * stands in their dictionary, as our PDFs have it. Another program that wrote the PDF anew may
   * have it otherwise; then nothing is found, and the page says so. */
  async function filesIn(pdf) {
    // One character a byte, so that places in the text are places in the file.
    const text = new TextDecoder("latin1").decode(pdf);
    const found = [];
    for (const match of text.matchAll(/\/Type\s*\/EmbeddedFile\b/g)) {
      const start = text.lastIndexOf(" obj", match.index);
      const stream = /stream\r?\n/g;
      stream.lastIndex = match.index;
      const begin = stream.exec(text);
      if (start < 0 || begin === null) continue;
      const dictionary = text.slice(start, begin.index);
      const length = /\/Length\s+(\d+)(?!\s+\d+\s+R)/.exec(dictionary);
      if (length === null || dictionary.includes("endobj")) continue;
      const bytes = pdf.subarray(stream.lastIndex, stream.lastIndex + Number(length[1]));
      if (!dictionary.includes("/Filter")) {
        found.push(bytes);
      } else if (/\/Filter\s*\[?\s*\/FlateDecode/.test(dictionary)) {
        try {
          found.push(await inflate(bytes));
        } catch (error) {
          if (error instanceof Refused) throw error; // else it is no file that can be read
        }
      }
    }
    return found;
  }

  /** The credential and what the certificate says: one of each, or the file is none of ours. */
  async function partsOf(pdf) {
    const tokens = [], said = [];
    for (const bytes of await filesIn(pdf)) {
      let text;
      try { text = utf8(bytes); } catch { continue; }
      if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) tokens.push(text);
      else if (text.startsWith("{") && text.includes('"verification_id"')) said.push(bytes);
    }
    if (tokens.length !== 1 || said.length !== 1) throw new Refused("noCertificate");
    return {token: tokens[0], said: said[0]};
  }

  /** What a token says, if one of the issuer's keys signed it. A key that the token brings itself
   * proves nothing, and neither does an algorithm of its choice. */
  async function readToken(token, issuer) {
    const [head, body, signature] = token.split(".");
    let header, payload;
    try {
      header = JSON.parse(utf8(fromBase64url(head)));
      payload = JSON.parse(utf8(fromBase64url(body)));
    } catch { throw new Refused("changed"); }
    const jwk = issuer.keys.find((key) => key.kid === header.kid && key.kty === "RSA");
    if (header.alg !== "RS256" || jwk === undefined) throw new Refused("foreignKey");
    const algorithm = {name: "RSASSA-PKCS1-v1_5", hash: "SHA-256"};
    const key = await crypto.subtle.importKey(
      "jwk", {kty: "RSA", n: jwk.n, e: jwk.e}, algorithm, false, ["verify"]);
    const signed = new TextEncoder().encode(`${head}.${body}`);
    if (!await crypto.subtle.verify(algorithm.name, key, fromBase64url(signature), signed)) {
      throw new Refused("changed");
    }
    if (payload.iss !== issuer.id) throw new Refused("foreignKey");
    return payload;
  }

  /**
   * Check a PDF.
   *
   * @param {Uint8Array} pdf the file.
   * @param {{id: string, keys: object[]}} issuer from issuer.js.
   * @param {{id?: string, sha256?: string}} page what the page knows of its certificate.
   * @returns {Promise<{same: boolean|null, said: object, credential: object}>} `same`: whether the
   *   file is the one that was issued; null where the page does not know.
   * @throws {Refused} it is no certificate, another one, another issuer's, or was changed.
   */
  async function check(pdf, issuer, page) {
    if (pdf.length > MOST_BYTES) throw new Refused("noCertificate");
    if (issuer.keys.length === 0) throw new Refused("noKeys");
    const {token, said} = await partsOf(pdf);
    const credential = await readToken(token, issuer);
    const digest = `ni:///sha-256;${toBase64url(await sha256(said))}`;
    const evidence = Array.isArray(credential.evidence) ? credential.evidence : [];
    if (!evidence.some((each) => each.name === SAID && each.id === digest)) {
      throw new Refused("changed");
    }
    const content = JSON.parse(utf8(said));
    if (page.id && content.verification_id !== page.id) throw new Refused("another");
    const same = page.sha256 ? hex(await sha256(pdf)) === page.sha256 : null;
    return {same, said: content, credential};
  }

  globalThis.certificateCheck = {check, Refused};
})();
