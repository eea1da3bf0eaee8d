// Showing a check to a citizen: choosing files, the verdict in plain words, the steps. Nothing is sent anywhere.
import { refusal, toHex } from "./bytes.js";
import { checkReceipt, moment, TITLES } from "./check.js";
import { fromCompact, parseReceipt } from "./receipt.js";
import { Sha256 } from "./sha256.js";
import { t } from "./words.js";

const SLICE = 4 * 1024 * 1024;
const LARGEST_RECEIPT = 1024 * 1024;
const THINGS = {
  document: t`这份文书`,
  act: t`这项执法行为的记录`,
  publication: t`这条公示`,
  withdrawal: t`这条公示的撤回`,
  evidence: t`这件证据`,
  argument: t`这份陈述申辩材料`,
  draw: t`这次随机抽取`,
};
const MARKS = { ok: ["✓", t`通过`], fault: ["✗", t`不通过`], open: ["–", t`未核对`] };
const LABELS = {
  title: t`名称`, original_name: t`原文件名`, taken_by: t`取证人`, taken_at: t`取证时间`, place: t`地点`, size: t`字节数`,
  uploaded_at: t`收入时间`, document_no: t`文号`, kind: t`种类（代号）`, done_at: t`行为时间`, recorded_at: t`记录时间`,
  ground: t`撤回情形`, reason: t`理由`, no: t`编号`, text: t`意见`, request: t`请求`, at: t`提交时间`,
};

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function fill(place, ...children) {
  place.textContent = "";
  place.append(...children);
}

// Give the SHA-256 of a file in hex, reading it piece by piece so that a film fits a phone.
export async function digestOf(file, progress = () => {}) {
  const hash = new Sha256();
  for (let at = 0; at < file.size; at += SLICE) {
    hash.update(new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer()));
    progress(Math.min(1, (at + SLICE) / file.size));
  }
  return toHex(hash.digest());
}

// Read what a person gives as a receipt: its file, or the address in its QR code.
export async function readGiven(given) {
  if (typeof given === "string") return fromCompact(given.trim().slice(given.trim().lastIndexOf("#") + 1));
  if (given.size > LARGEST_RECEIPT) {
    throw refusal(t`这个文件太大，不是存证回执。原件（PDF、照片、录像）请放在第二个框里`);
  }
  return parseReceipt(new Uint8Array(await given.arrayBuffer()));
}

// Show the verdict of a check in `place`: the sentence, the steps, what it does and does not prove, the details.
export function show(place, verdict) {
  fill(place, sentence(verdict), steps(verdict));
  if (verdict.receipt) place.append(meaning(verdict), content(verdict), details(verdict));
}

export function showRefused(place, message) {
  fill(place, element("div", { class: "notice red", role: "status" },
    element("p", {}, element("strong", {}, t`核验不通过。`), message + t`。`), advice()));
}

function advice() {
  return element("p", {}, t`请核对是否选错了文件、扫描是否完整；确认无误仍不通过的，不要采信，向出具回执的机关核实，或者投诉举报。`);
}

function sentence(verdict) {
  const [look, strong, more] = summary(verdict);
  const box = element("div", { class: `notice ${look}`, role: "status" }, element("p", { class: "rc-sentence" }, strong));
  if (more) box.append(element("p", {}, more));
  if (!verdict.ok) box.append(advice());
  return box;
}

function summary(verdict) {
  if (!verdict.ok) {
    const fault = verdict.steps.find((step) => step.state === "fault");
    return ["red", t`核验不通过：${fault.text}。`, ""];
  }
  const thing = THINGS[verdict.receipt.kind], at = moment(verdict.leaf.at);
  const state = (name) => (verdict.steps.find((step) => step.name === name) || {}).state;
  if (!verdict.complete) {
    return ["amber", t`回执是真的，但还没有核对文书本身。`, t`请在“② 原件”里选择收到的 PDF 文书，才能知道它有没有被改动。`];
  }
  if (state("file") === "open") {
    return ["amber", t`回执是真的：${thing}在${at}已经存证。`, t`还没有核对您手里的文件。请在“② 原件”里选择它，才能知道它有没有被改动。`];
  }
  const told = state("file") === "ok" || verdict.receipt.kind === "document" ? t`${thing}在${at}` : t`${thing}（内容列在下面）在${at}`;
  return ["green", t`核验通过：${told}已经存证，此后没有被改动。`, ""];
}

function steps(verdict) {
  const list = element("ol", { class: "rc-steps", "aria-label": t`核验步骤` });
  for (const step of verdict.steps) {
    const [mark, word] = MARKS[step.state];
    list.append(element("li", { class: `rc-${step.state}`, "data-step": step.name, "data-code": step.code },
      element("span", { class: "rc-mark", "aria-hidden": "true" }, mark),
      element("div", {},
        element("strong", {}, TITLES[step.name]), element("span", { class: "rc-state" }, word),
        element("p", {}, t`${step.text}。`))));
  }
  return list;
}

function meaning(verdict) {
  const witnessed = verdict.steps.some((step) => step.name === "witness" && step.state === "ok");
  const not = [
    t`内容本身是不是真实、决定是不是合法、适当：不服的，可以依法申请行政复议或者提起诉讼；`,
    t`存证之前的情况：存证时间由日志写明` + (witnessed ? t`，见证方联署证明不晚于联署的时间；` : t`，没有见证方为它作证；`),
  ];
  if (!witnessed) not.push(t`机关没有另外保存一本不同的日志：有独立的见证方联署，才能排除。`);
  const list = element("ul", { class: "plain" }, ...not.map((text) => element("li", {}, text)));
  return element("section", { class: "rc-meaning" }, element("h2", {}, t`它不能证明什么`), list);
}

function content({ receipt }) {
  const told = receipt.reveal.content;
  if (!told) return "";
  const lines = Array.isArray(told.body) ? told.body.map((line) => [line.title, line.value]) : [];
  for (const name of lines.length ? [] : Object.keys(LABELS)) if (told[name]) lines.push([LABELS[name], told[name]]);
  const rows = lines.map(([name, value]) => element("div", {},
    element("dt", {}, String(name)), element("dd", {}, typeof value === "object" ? JSON.stringify(value) : String(value))));
  return element("section", {}, element("h2", {}, t`回执所列的内容`), element("dl", { class: "body" }, ...rows),
    element("details", {}, element("summary", {}, t`全部内容（存证时的原文）`), pre(JSON.stringify(told, null, 1))));
}

function pre(text) {
  return element("pre", { tabindex: "0" }, text);
}

function details({ receipt, leaf }) {
  const path = receipt.proof.path.map((hash, at) => `${at + 1}  ${toHex(hash)}`).join("\n");
  return element("details", { class: "rc-details" }, element("summary", {}, t`技术细节：叶、路径、检查点`),
    element("h3", {}, t`叶（日志第 ${receipt.proof.index} 条）`), pre(JSON.stringify(leaf, null, 1)),
    element("h3", {}, t`路径（${receipt.proof.path.length} 个 SHA-256 哈希，由近到远）`), pre(path || t`（日志只有这一条）`),
    element("h3", {}, t`检查点和签名`), pre(receipt.proof.note));
}

// Make the page work: two files, a pasted address, or the address that was opened.
export function mount(root, trust) {
  const place = root.querySelector("[data-result]"), inputs = root.querySelectorAll("input[type=file]");
  const given = { receipt: null, file: null };
  let latest = 0;

  async function check() {
    if (given.receipt === null) return;
    const turn = latest += 1;
    try {
      const receipt = await readGiven(given.receipt);
      const fileDigest = given.file ? await digestOf(given.file, (part) => busy(turn, part)) : "";
      if (turn === latest) show(place, checkReceipt(receipt, { ...trust, fileDigest }));
    } catch (error) {
      if (turn !== latest) return;
      showRefused(place, error.name === "Refused" ? error.message : t`读不到文件，请重新选择`);
    }
  }

  function busy(turn, part) {
    if (turn === latest && part < 1) {
      fill(place, element("p", { class: "notice", role: "status" }, t`正在读取原件…… ${Math.floor(part * 100)}%`));
    }
  }

  function take(name, file, zone) {
    if (!file) return;
    given[name] = file;
    zone.classList.add("rc-chosen");
    zone.querySelector("[data-name]").textContent = file.name;
    check();
  }

  Array.from(inputs).forEach((input) => {
    const zone = input.closest("label"), name = input.dataset.given;
    input.addEventListener("change", () => take(name, input.files[0], zone));
    zone.addEventListener("dragover", (event) => event.preventDefault());
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      take(name, event.dataTransfer.files[0], zone);
    });
  });

  const paste = root.querySelector("[data-paste]");
  root.querySelector("[data-check-pasted]").addEventListener("click", () => {
    given.receipt = paste.value;
    check();
  });

  function opened() {
    if (location.hash.length < 20) return;
    given.receipt = location.hash;
    const zone = inputs[0].closest("label");
    zone.classList.add("rc-chosen");
    zone.querySelector("[data-name]").textContent = t`已从二维码读入`;
    check();
  }
  window.addEventListener("hashchange", opened);
  if (!trust.keys.length) {
    fill(place, element("p", { class: "notice amber", role: "status" }, t`本机关还没有公布日志公钥，暂时不能核验。`));
    return;
  }
  opened();
}

export function trustOf(page) {
  return JSON.parse(page.getElementById("trust").textContent);
}
