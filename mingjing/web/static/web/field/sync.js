/* Sending what is finished, one record after another in their order, each until the server has said what became of it.
   A record leaves the phone only after that answer; asked again, the server gives the same act. */

import { textOf } from "./records.js";
import * as server from "./server.js";

const LOCK = "mingjing-field-sync";
const FORMATS = { "image/png": "png", "image/webp": "webp", "image/heic": "heic" };

/* Gives {sent, refused, left, why}: why is "" | "offline" | "signed-out" | "busy". `tell(record, text)` shows progress;
   `claim(id)` says whether a record may be sent now, or is being looked at. */
export const syncAll = (records, tell, claim) => {
  if (!navigator.locks) return run(records, tell, claim);
  // Two tabs would only get in each other's way.
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? run(records, tell, claim) : { sent: 0, refused: 0, left: 0, why: "busy" }));
};

const run = async (records, tell, claim) => {
  const waiting = (await records.all()).filter((record) => record.state === "ready");
  const count = { sent: 0, refused: 0, left: waiting.length, why: "" };
  // What was refused may be what the next record of that case builds on.
  const held = new Set((await records.all()).filter((one) => one.state === "refused" && one.case).map((one) => one.case));
  try {
    const token = waiting.length ? await server.signedIn() : "";
    for (const { id } of waiting) {
      const record = await records.get(id);
      if (!record || record.state !== "ready" || !claim(id)) continue;
      if (record.case && held.has(record.case)) { tell(record, "本案前一条记录被退回，改好以后再同步这一条"); continue; }
      const refused = await send(records, record, token, tell);
      count.left -= 1;
      if (!refused) { count.sent += 1; continue; }
      count.refused += 1;
      if (record.case) held.add(record.case);
      record.state = "refused";
      record.answer = refused;
      // Where the server misses a picture, all are sent again: what it has it knows by the digest.
      if (refused.errors && (refused.errors.evidence || refused.errors.signatures)) [...record.photos, ...record.signatures].forEach((one) => { one.sent = false; });
      await records.save(record);
    }
  } catch (fault) {
    if (fault instanceof server.SignedOut) count.why = "signed-out";
    else if (fault instanceof server.Unreachable) count.why = "offline";
    else throw fault;
  }
  return count;
};

/* Gives null once the record is recorded, or why not. */
const send = async (records, record, token, tell) => {
  const pictures = [...record.photos.map((one) => [one, false]), ...record.signatures.map((one) => [one, true])];
  for (const [at, [picture, signature]] of pictures.entries()) {
    tell(record, `正在传第 ${at + 1} / ${pictures.length} 张`);
    if (picture.sent) continue;
    const refused = await sendPicture(records, record, picture, signature, token);
    if (refused) return refused;
    picture.sent = true;
    await records.save(record);
  }
  tell(record, "正在记录");
  const answer = await server.sendRecord(token, {
    once: record.once,
    text: textOf(record, records.vault.user),
    photos: record.photos.map((one) => one.digest),
    signatures: record.signatures.map((one) => one.digest),
    late_reason: record.late_reason,
    seen: record.seen,
  });
  if (answer.refused) return answer.refused;
  await records.settle(record, answer.taken);
  return null;
};

const sendPicture = async (records, record, picture, signature, token) => {
  const about = {
    once: record.once, case: record.case, digest: picture.digest, signature: signature ? "1" : "",
    title: picture.title, taken_at: picture.at, place: record.facts.act_place || record.facts.place || "",
  };
  const type = signature ? "image/png" : picture.type || "image/jpeg";
  const name = signature ? `${picture.title}.png` : picture.file || `${picture.title}.${FORMATS[type] || "jpg"}`;
  const answer = await server.sendPicture(token, about, await records.picture(picture.id), name, type);
  return answer.refused ? { ...answer.refused, message: `“${picture.title}”没有收入：${answer.refused.message}` } : null;
};
