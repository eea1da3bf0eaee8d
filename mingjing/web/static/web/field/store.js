/* The phone's own store (IndexedDB): wrapped keys, the pack of forms, records and pictures. What is put in here is
   sealed already; only user names, the order of records and what belongs to which record stand in the clear. */

const NAME = "mingjing-field";

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

let opened = null;
const database = () => {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const made = request.result;
      made.createObjectStore("keys", { keyPath: "user" });
      made.createObjectStore("packs", { keyPath: "user" });
      made.createObjectStore("records", { keyPath: "id" }).createIndex("user", "user");
      made.createObjectStore("pictures", { keyPath: "id" }).createIndex("record", "record");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
};

/* Resolves when the transaction is on the disk, not before. */
const within = async (stores, mode, work) => {
  const transaction = (await database()).transaction(stores, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  const result = await work((name) => transaction.objectStore(name));
  await done;
  return result;
};

export const get = (store, key) => within([store], "readonly", (of) => asked(of(store).get(key)));
export const all = (store) => within([store], "readonly", (of) => asked(of(store).getAll()));
export const put = (store, row) => within([store], "readwrite", (of) => asked(of(store).put(row)));
export const remove = (store, key) => within([store], "readwrite", (of) => asked(of(store).delete(key)));
export const ofUser = (user) => within(["records"], "readonly", (of) => asked(of("records").index("user").getAll(user)));
export const picturesOf = (record) => within(["pictures"], "readonly", (of) => asked(of("pictures").index("record").getAllKeys(record)));

/* A record and every picture of it, or nothing. */
export const removeRecord = async (id) => {
  const pictures = await picturesOf(id);
  await within(["records", "pictures"], "readwrite", async (of) => {
    pictures.forEach((picture) => of("pictures").delete(picture));
    await asked(of("records").delete(id));
  });
};
