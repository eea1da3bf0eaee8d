// A party's random number: made here, kept on a slip of the party's own, and only its fingerprint sent.
import { DIGESTS } from "./draw.js";
import { commitment } from "./seed.js";
import { toHex } from "../verify/bytes.js";

function slipOf({ declaration, party }, nonce, commits) {
  return `抽取凭条（请妥善保管，公开随机数之前不要给任何人看）\n公告摘要 ${declaration}\n出数方 ${party}\n承诺 ${commits}\n随机数 ${nonce}\n`;
}

function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

for (const one of document.querySelectorAll("[data-script]")) one.hidden = false;

const pledge = document.querySelector("[data-pledge]");
if (pledge) {
  const { declaration, party, suite } = pledge.dataset;
  pledge.querySelector("[data-make]").addEventListener("click", () => {
    const nonce = toHex(crypto.getRandomValues(new Uint8Array(32)));
    const commits = commitment({ declaration }, party, nonce, DIGESTS[suite]);
    save(`抽取凭条-${declaration.slice(0, 8)}.txt`, slipOf({ declaration, party }, nonce, commits));
    pledge.querySelector("[name=commitment]").value = commits;
  });
}

const reveal = document.querySelector("[data-reveal]");
if (reveal) {
  reveal.querySelector("[type=file]").addEventListener("change", async (event) => {
    const text = await event.target.files[0].text();
    const found = text.match(/随机数 ([0-9a-f]{64})/);
    reveal.querySelector("[name=nonce]").value = found ? found[1] : "";
  });
}
