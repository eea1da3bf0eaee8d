/* The records of one officer: written sealed, read back, in the order in which they were finished. */

import { canonical, sha256, token } from "./canonical.js";
import { minuteNow } from "./dom.js";
import * as store from "./store.js";

export const STATES = { draft: "草稿", ready: "待同步", refused: "被退回", done: "已同步" };

export class Records {
  constructor(vault) { this.vault = vault; }

  async save(record) {
    record.saved = Date.now();
    const row = { id: record.id, user: this.vault.user, ...await this.vault.sealJson(`record/${record.id}`, record) };
    await store.put("records", row);
  }

  async all() {
    const rows = await store.ofUser(this.vault.user);
    const found = await Promise.all(rows.map((row) => this.vault.openJson(`record/${row.id}`, row)));
    return found.sort((one, other) => (one.order || one.begun) - (other.order || other.begun));
  }

  async get(id) {
    const row = await store.get("records", id);
    return row && this.vault.openJson(`record/${id}`, row);
  }

  remove(id) { return store.removeRecord(id); }

  async begin(form, place, pack) {
    const record = {
      id: token(), once: token(), state: "draft", begun: Date.now(), order: 0,
      form, case: place ? place.code : "", case_title: place ? place.title : "", party: place ? place.party : "", seen: place ? place.seen : 0,
      performers: [pack.me.username], done_at: minuteNow(), facts: {}, photos: [], signatures: [], late_reason: "", answer: null, done: null,
    };
    await this.save(record);
    return record;
  }

  async addPicture(record, data, about) {
    const id = token();
    await store.put("pictures", { id, record: record.id, ...await this.vault.seal(`picture/${id}`, data) });
    return { id, digest: await sha256(data), size: data.byteLength, sent: false, ...about };
  }

  async picture(id) { return this.vault.open(`picture/${id}`, await store.get("pictures", id)); }

  removePicture(id) { return store.remove("pictures", id); }

  /* What the server has does not stay on the phone: of a record that was taken only one line is kept. */
  async settle(record, done) {
    const line = { id: record.id, state: "done", begun: record.begun, order: record.order, form: { title: record.form.title }, case: record.case, case_title: record.case_title, photos: [], signatures: [], facts: {}, done };
    await this.save(line);
    for (const picture of await store.picturesOf(record.id)) await store.remove("pictures", picture);
  }
}

/* The words that are signed and sent: the same record gives the same text. */
export const textOf = (record, user) => canonical({
  by: user,
  case: record.case,
  done_at: `${record.done_at}:00+08:00`,
  facts: record.facts,
  kind: record.form.kind,
  performers: record.performers.filter(Boolean),
  procedure: record.form.procedure,
});

export const digestOf = (record, user) => sha256(textOf(record, user));
