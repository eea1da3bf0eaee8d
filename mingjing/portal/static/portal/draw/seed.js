// The seed that several parties make: the twin of inspections/drawing/seed.py.
import { concat, refusal, toHex, utf8 } from "../verify/bytes.js";
import { t } from "../verify/words.js";

export function commitment(terms, party, nonce, digest) {
  if (!/^[0-9a-f]{64}$/.test(nonce)) throw refusal(t`随机数应为 64 位小写十六进制`);
  return toHex(digest(utf8(`mingjing-commitment@1\n${terms.declaration}\n${party}\n${nonce}\n`)));
}

// Give the seed from what binds each party and what each has shown; `number` is the public number or "".
export function seedOf(terms, commitments, reveals, number, digest) {
  const lines = ["mingjing-seed@1", terms.declaration];
  for (const party of terms.parties) {
    if (!(party in commitments)) throw refusal(t`${party}没有提交承诺`);
    if (!(party in reveals)) {
      if (terms.silence === "void") throw refusal(t`${party}没有公开随机数：按公告的规则，本次抽取作废`);
      if (!number) throw refusal(t`${party}没有公开随机数，而公告约定的公开号码尚未公布`);
      lines.push(`${party} -`);
    } else if (commitment(terms, party, reveals[party], digest) !== commitments[party]) {
      throw refusal(t`${party}公开的随机数与事先的承诺不符`);
    } else {
      lines.push(`${party} ${reveals[party]}`);
    }
  }
  lines.push(number);
  return digest(utf8(lines.map((line) => `${line}\n`).join("")));
}

export function seedFor(seed, use, digest) {
  return digest(concat(seed, utf8(use)));
}
