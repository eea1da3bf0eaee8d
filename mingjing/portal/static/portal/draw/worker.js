// Runs a check beside the page, so that the page goes on answering while half a million hashes are made.
import { speak } from "../verify/words.js";
import { checkDraw } from "./check.js";

self.onmessage = ({ data }) => {
  const begun = Date.now();
  speak(data.words);
  const report = checkDraw(data.bytes, data.keys, (text) => self.postMessage({ progress: text }));
  report.lines = report.lines.slice(0, data.shown);
  self.postMessage({ report, seconds: (Date.now() - begun) / 1000 });
};
