// PouchDB laptops on LevelDB before PouchDB's own server; prints one line of JSON.
// node pouch_laptop.mjs PACKAGES phases|together|one FOLDER SIZE|LAPTOPS|NUMBER ADDRESS
import { fork } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const [packages, command, folder, number, address, laptops] = process.argv.slice(2);
const PouchDB = createRequire(packages)("pouchdb");
const EDITS = 200;
const ROUNDS = 5;
const IDLE = 41;
const BATCH = { batch_size: 1000 };

const open = (name) => new PouchDB(`${folder}/${name}`);
const centre = () => new PouchDB(`${address}records`);
const push = (db) => db.replicate.to(centre(), BATCH);
const pull = (db) => db.replicate.from(centre(), BATCH);
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];

function freshPeak() {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    return;
  }
}

function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
  } catch {
    return 0;
  }
}

async function took(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function edit(db, ids, words) {
  const found = await db.allDocs({ keys: ids, include_docs: true });
  await db.bulkDocs(found.rows.map((row) => ({ ...row.doc, remark: words })));
}

async function content(db) {
  const all = await db.allDocs({ include_docs: true });
  return JSON.stringify(all.rows.map((row) => row.doc));
}

async function phases() {
  const records = JSON.parse(readFileSync(`${folder}/../records-${number}.json`, "utf8"));
  const [one, other] = [open("first"), open("second")];
  await one.bulkDocs(records.map(({ id, ...rest }) => ({ _id: id, ...rest })));
  freshPeak();
  const found = { up: await took(() => push(one)), memory_up: peak() };
  freshPeak();
  found.down = await took(() => pull(other));
  found.memory_down = peak();
  await pull(one);
  const both = async () => {
    await push(one);
    await pull(one);
  };
  const idle = [];
  for (let turn = 0; turn < IDLE; turn += 1) idle.push(await took(both));
  found.idle = median(idle);
  const ids = records.slice(0, EDITS).map((record) => record.id);
  const edits = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    await edit(one, ids, `第${turn}次`);
    edits.push((await took(() => push(one))) + (await took(() => pull(other))));
  }
  found.edits = median(edits);
  const mine = await content(one);
  const agreed = mine === (await content(other)) && JSON.parse(mine).length === Number(number);
  if (!agreed) throw new Error("the two laptops do not agree");
  await Promise.all([one.close(), other.close()]);
  return found;
}

const heard = (laptop) =>
  new Promise((resolve, reject) => {
    laptop.once("message", resolve);
    laptop.once("exit", () => reject(new Error("a laptop ended early")));
  });

async function together() {
  const crowd = Array.from({ length: Number(number) }, (_, n) => {
    cpSync(`${folder}/second`, `${folder}/laptop-${n}`, { recursive: true });
    return fork(fileURLToPath(import.meta.url), [packages, "one", folder, String(n), address, number]);
  });
  await Promise.all(crowd.map(heard));
  const step = async (words) => {
    const ready = Promise.all(crowd.map(heard));
    crowd.forEach((laptop) => laptop.send(words));
    await ready;
  };
  const times = { push: await took(() => step("push")), pull: await took(() => step("pull")) };
  await step("check");
  crowd.forEach((laptop) => {
    laptop.removeAllListeners("exit");
    laptop.send("end");
  });
  return { ...times, together: times.push + times.pull };
}

async function one() {
  const db = open(`laptop-${number}`);
  // A copied database bears its original's name in checkpoints; each laptop has its own, and begins where the copy was.
  db.id = async () => `laptop-${number}`;
  const all = await db.allDocs();
  const ids = all.rows.slice(number * EDITS, (Number(number) + 1) * EDITS).map((row) => row.id);
  await db.replicate.to(centre(), { since: (await db.info()).update_seq });
  await db.replicate.from(centre(), { since: (await centre().info()).update_seq });
  await edit(db, ids, `第${number}台`);
  const count = async () => {
    const found = (await db.allDocs({ include_docs: true })).rows.filter((row) => /第\d+台/.test(row.doc.remark));
    if (found.length !== laptops * EDITS) throw new Error(`${found.length} edits arrived`);
  };
  const steps = { push: () => push(db), pull: () => pull(db), check: count, end: async () => process.exit(0) };
  process.on("message", async (words) => {
    await steps[words]();
    process.send(words);
  });
  process.send("ready");
}

const found = await { phases, together, one }[command]();
if (found) console.log(JSON.stringify(found));
