// The page that runs a draw again: takes a bundle, from this site or a file, and shows what came out.
import { element } from "../verify/page.js";
import { spoken, t } from "../verify/words.js";

const SHOWN = 200;
// Reasons for which an object is skipped, as registers of objects know them.
const STATES = { closed: t`停业歇业`, moved: t`迁出`, cancelled: t`注销`, revoked: t`吊销` };
const place = document.getElementById("draw-check");
const result = place.querySelector("[data-result]");
const keys = JSON.parse(document.getElementById("trust").textContent).keys;

function say(...children) {
  result.textContent = "";
  result.append(...children);
}

function run(bytes) {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.progress) return say(element("p", { class: "note" }, data.progress));
    worker.terminate();
    show(data.report, data.seconds);
  };
  worker.onerror = () => say(element("p", { class: "notice red" }, t`浏览器版本过低，无法在本页重新抽取。请换用较新的浏览器，或者用查验命令。`));
  worker.postMessage({ bytes, keys, shown: SHOWN, words: spoken() });
}

function show(report, seconds) {
  const faults = report.findings.filter((one) => one.fault);
  const verdict = report.ok
    ? t`✓ 重新抽取 ${report.checked} 个，与公布的名单完全一致`
    : t`✗ 核验不通过，发现 ${faults.length} 处问题`;
  say(
    element("p", { class: `notice ${report.ok ? "green" : "red"}` }, element("strong", {}, verdict), t`（用时 ${seconds.toFixed(1)} 秒）`),
    element("ul", { class: "plain" }, ...report.findings.map((one) =>
      element("li", {}, t`${one.fault ? "✗" : "！"} ${one.where}：${one.what}`))),
    ...(report.lines.length ? [table(report)] : []),
  );
}

function table({ lines, checked }) {
  const head = [t`层`, t`计数`, t`序号`, t`对象`, t`选派人员`];
  const rows = lines.map((line) => {
    const [stratum, counter, at, object, skipped, sent] = line.split("\t");
    return element("tr", {}, ...[stratum, counter, at, object, skipped ? t`未检查：${STATES[skipped] || skipped}` : sent.replace(/,/g, t`、`)]
      .map((text, at) => element("td", { "data-title": head[at] }, text)));
  });
  const caption = lines.length < checked ? t`重新抽取的结果，前 ${lines.length} 个（共 ${checked} 个）` : t`重新抽取的结果`;
  return element("div", { class: "scroll" }, element("p", { class: "note" }, caption), element("table", { class: "rows" },
    element("caption", { class: "hidden" }, caption), element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...rows)));
}

async function fromAddress(address) {
  say(element("p", { class: "note" }, t`正在取抽取包……`));
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    run(new Uint8Array(await answer.arrayBuffer()));
  } catch (error) {
    say(element("p", { class: "notice red" }, t`取不到抽取包。请检查网络后再试，或者下载后从文件核验。`));
  }
}

const button = place.querySelector("[data-bundle]");
if (button) button.addEventListener("click", () => fromAddress(button.dataset.bundle));
place.querySelector("input[type=file]").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (file) run(new Uint8Array(await file.arrayBuffer()));
});
