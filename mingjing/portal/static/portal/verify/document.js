// Compares a document with its receipt on the page of its code, in the browser: neither file nor digest is sent.
// Without this script, or without a receipt on the page, the form sends the file and the server compares.
import { checkReceipt } from "./check.js";
import { digestOf, readGiven, show, showRefused, trustOf } from "./page.js";
import { t } from "./words.js";

const form = document.querySelector("form.compare"), place = document.getElementById("compared");

if (form && place) {
  const trust = trustOf(document);
  document.getElementById("how").textContent = t`指纹在您的电脑或者手机上计算，文件不会上传。`;
  form.addEventListener("submit", async (event) => {
    const file = form.elements.file.files[0];
    if (!file || !trust.keys.length) return;
    event.preventDefault();
    try {
      show(place, checkReceipt(await readGiven(place.dataset.receipt), { ...trust, fileDigest: await digestOf(file) }));
    } catch (error) {
      showRefused(place, error.name === "Refused" ? error.message : t`读不到文件，请重新选择`);
    }
    place.scrollIntoView({ block: "nearest" });
  });
}
