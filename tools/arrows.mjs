// The arrow check: imports between rooms go down the storeys only, through the room's face, over declared
// dependencies, and never in a circle. Prints each wrong arrow and exits 1.
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const storeys = ["core", "stores", "services", "apps"]; // lowest first
const wrong = [];

const rooms = new Map();
for (const [level, storey] of storeys.entries())
  for (const name of readdirSync(join(root, storey))) {
    const manifest = join(root, storey, name, "package.json");
    if (!existsSync(manifest)) continue;
    const json = JSON.parse(readFileSync(manifest, "utf8"));
    rooms.set(json.name, {
      name: json.name,
      dir: join(root, storey, name),
      level,
      declared: { ...json.dependencies, ...json.devDependencies },
      arrows: new Set(),
    });
  }

function* sources(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== "node_modules" && entry.name !== "dist") yield* sources(path);
    } else if (entry.name.endsWith(".ts") || entry.name.endsWith(".tsx")) yield path;
  }
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s*["']([^"']+)["']/g;

/** Faces beside `index.ts`: the suite of the stores, parts of the policy language for tools, types of actions. */
const furtherFaces = ["suite", "language", "actions"];

/** Tests, and what only tests use: the reference evaluator and the runner of vectors. */
const isTestSide = (file) => /(\.test|\/testing)\.ts$|\/src\/(reference|vectors)\//.test(file);

/** Files of one room, for circles inside it. */
const fileArrows = new Map();

for (const room of rooms.values())
  for (const file of sources(join(room.dir, "src"))) {
    const text = readFileSync(file, "utf8");
    const isTest = isTestSide(file);
    const own = [];
    for (const found of text.matchAll(importPattern)) {
      const target = found[1] ?? found[2] ?? found[3];
      const where = `${relative(root, file)} -> ${target}`;
      if (target.startsWith(".")) {
        const path = resolve(dirname(file), target);
        if (!path.startsWith(join(room.dir, "src"))) wrong.push(`${where}: reaches out of its room`);
        if (!isTest && isTestSide(path)) wrong.push(`${where}: the product imports from tests`);
        own.push(path);
      } else if (target.startsWith("@rolecall/")) {
        const [scope, name, ...inside] = target.split("/");
        const other = rooms.get(`${scope}/${name}`);
        if (!other) wrong.push(`${where}: no such room`);
        else {
          if (other.level > room.level) wrong.push(`${where}: goes up a storey`);
          if (inside.length > 0 && !(isTest || furtherFaces.includes(inside.join("/"))))
            wrong.push(`${where}: reaches inside another room`);
          if (!(other.name in room.declared)) wrong.push(`${where}: not in its package.json`);
          if (!isTest) room.arrows.add(other.name);
        }
      } else if (!target.startsWith("node:")) {
        const name = target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : target.split("/")[0];
        const rootDev = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
        if (!(name in room.declared) && !(isTest && name in rootDev))
          wrong.push(`${where}: not in its package.json`);
      } else if (room.name === "@rolecall/policy" && !isTest) {
        wrong.push(`${where}: core/policy runs in a browser`);
      } else if (room.level === 0 && !isTest && !["node:crypto", "node:zlib"].includes(target)) {
        wrong.push(`${where}: the core is pure`);
      }
    }
    if (!isTest) fileArrows.set(file, own);
  }

/** Depth first over a graph; reports each circle once. */
function circles(graph, label) {
  const state = new Map();
  const path = [];
  const visit = (node) => {
    state.set(node, "open");
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      if (state.get(next) === "open")
        wrong.push(`circle: ${[...path.slice(path.indexOf(next)), next].map(label).join(" -> ")}`);
      else if (!state.has(next)) visit(next);
    }
    path.pop();
    state.set(node, "done");
  };
  for (const node of graph.keys()) if (!state.has(node)) visit(node);
}
circles(new Map([...rooms.values()].map((room) => [room.name, room.arrows])), (name) => name);
circles(fileArrows, (file) => relative(root, file));

// Only the server names a concrete store.
for (const room of rooms.values())
  for (const arrow of room.arrows)
    if (/^@rolecall\/store-(?!contract)/.test(arrow) && room.name !== "@rolecall/server")
      wrong.push(`${room.name} -> ${arrow}: only apps/server names a concrete store`);

for (const line of wrong) process.stdout.write(`${line}\n`);
process.stdout.write(`arrows: ${fileArrows.size} files in ${rooms.size} rooms, ${wrong.length} wrong\n`);
process.exit(wrong.length > 0 ? 1 : 0);
