// PouchDB's own server: express-pouchdb over LevelDB. Prints its address.
import { createRequire } from "node:module";

const require = createRequire(process.argv[2]); // the folder the packages were installed into
const PouchDB = require("pouchdb");
const express = require("express");
const centre = require("express-pouchdb");

const Kept = PouchDB.defaults({ prefix: `${process.argv[3]}/` });
const app = express();
app.use("/", centre(Kept, { mode: "minimumForPouchDB", inMemoryConfig: true }));
const server = app.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
