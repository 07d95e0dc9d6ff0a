/* Shows on the page what check.js finds out. Text is only ever set as text, never as markup. */
(() => {
  "use strict";

  const WORDS = {
    working: ["正在核对……", "Checking…"],
    same: [
      "文件属实：由颁证机构签名，且与颁发时逐字节相同。",
      "Genuine: signed by the issuer, and byte for byte the file that was issued."],
    different: [
      "签名属实，但文件与颁发时不同：页面可能被改动过。请以下面所列的签名内容为准。",
      "The signature is genuine, but this is not byte for byte the file that was issued: its page "
      + "may have been changed. Trust what was signed, listed below."],
    signed: [
      "由颁证机构签名的内容如下。页面本身和现在是否有效，请扫描证书上的二维码核验。",
      "The issuer signed what is listed below. Whether the page shows just that and still holds, "
      + "the code on the certificate tells."],
    noCertificate: [
      "文件中没有可核对的签名凭证：不是本机构颁发的 PDF，或被其他软件重新保存过。",
      "No signed credential to check in this file: it is no PDF of this issuer, or another program "
      + "saved it anew."],
    foreignKey: ["不是由本机构的密钥签名。", "Not signed with a key of this issuer."],
    changed: ["文件内容被改动过，签名不符。", "The file was changed: the signature does not fit."],
    another: [
      "这是另一张证书，不是本页的证书。",
      "This is another certificate, not the one of this page."],
    noKeys: ["颁证机构没有公布密钥。", "The issuer has published no keys."],
    insecure: [
      "此页是通过 http 打开的，浏览器只在 https 下提供核对签名所需的功能。请用 https:// 打开，"
      + "或请颁证机构以 https 发布。",
      "This page came over plain http. Browsers offer what it takes to check signatures over https "
      + "alone: open it with https://, or ask the issuer to publish it so."],
    old: [
      "此浏览器太旧，不能在此核对文件。",
      "This browser is too old to check files here."],
    expired: ["已过期", "Expired"],
    expiredMeaning: [
      "此证书曾经有效，有效期已过。", "This certificate was valid; its time is over."],
  };
  const LABELS = [
    ["serial", "证书编号", "Number"], ["name", "持证人", "Holder"], ["award", "证书", "Certificate"],
    ["scheme", "依据", "Under"], ["period", "周期", "Period"], ["hours", "学时", "Hours"],
  ];

  const page = document.body.dataset;
  const result = document.getElementById("result");

  /** An element with Chinese and English words in it. */
  function both(tag, [zh, en], kind) {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    const english = document.createElement("span");
    english.lang = "en";
    english.textContent = en;
    element.append(zh + " ", english);
    return element;
  }

  function say(key, kind, said) {
    result.replaceChildren(both("p", WORDS[key], kind));
    if (said === undefined) return;
    const list = document.createElement("dl");
    for (const [member, zh, en] of LABELS) {
      const value = Array.isArray(said[member]) ? said[member].filter(Boolean).join(" / ") : said[member];
      if (value === undefined || value === null) continue;
      const place = document.createElement("dd");
      const isolated = document.createElement("bdi");
      isolated.textContent = String(value);
      place.append(isolated);
      list.append(both("dt", [zh, en]), place);
    }
    result.append(list);
  }

  async function checkFile(file) {
    if (!globalThis.isSecureContext) return say("insecure", "doubt");
    if (!globalThis.crypto?.subtle || !globalThis.DecompressionStream) return say("old", "doubt");
    say("working");
    try {
      const pdf = new Uint8Array(await file.arrayBuffer());
      const found = await certificateCheck.check(pdf, issuerKeys, page);
      if (found.same === true) say("same", "good", found.said);
      else if (found.same === false) say("different", "doubt", found.said);
      else say("signed", "good", found.said);
    } catch (error) {
      const refused = error instanceof certificateCheck.Refused;
      say(refused ? error.reason : "noCertificate", "bad");
    }
  }

  /* A page that was written while the certificate was valid may be read after that. */
  function tellExpiry() {
    if (page.state !== "valid" || !page.until || Date.parse(page.until) > Date.now()) return;
    document.querySelector("h1").replaceWith(both("h1", WORDS.expired, "expired"));
    const meaning = both("p", WORDS.expiredMeaning);
    meaning.id = "meaning";
    document.getElementById("meaning").replaceWith(meaning);
  }

  tellExpiry();
  const section = document.getElementById("check");
  if (section !== null) {
    section.querySelector("input").addEventListener("change", (event) => {
      if (event.target.files.length > 0) checkFile(event.target.files[0]);
    });
    // The whole window takes a file, so that one that is dropped beside does not open instead.
    window.addEventListener("dragover", (event) => {
      event.preventDefault();
      section.classList.add("over");
    });
    window.addEventListener("dragleave", () => section.classList.remove("over"));
    window.addEventListener("drop", (event) => {
      event.preventDefault();
      section.classList.remove("over");
      if (event.dataTransfer.files.length > 0) checkFile(event.dataTransfer.files[0]);
    });
    if (!globalThis.isSecureContext) say("insecure", "doubt");
  }
})();
