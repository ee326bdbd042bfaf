// The engine as others use it: one bundle for any platform, and a page whose every example is true.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = new URL("../../../", import.meta.url);

/** Bundles a module that imports the package by its name. Whatever is left to be imported is told, too. */
async function bundle(contents: string, minify: boolean): Promise<{ code: Uint8Array; imports: string[] }> {
  const result = await build({
    stdin: { contents, resolveDir: fileURLToPath(root) },
    bundle: true,
    minify,
    format: "esm",
    platform: minify ? "browser" : "node",
    write: false,
    metafile: true,
  });
  const imports = Object.values(result.metafile.outputs).flatMap((output) =>
    output.imports.map(({ path }) => path),
  );
  const [file] = result.outputFiles;
  assert.ok(file);
  return { code: file.contents, imports };
}

test("the package bundles for a browser, small and with nothing of Node", async () => {
  const { code, imports } = await bundle('export * from "@rolecall/policy";', true);
  assert.deepEqual(imports, []);
  assert.doesNotMatch(Buffer.from(code).toString(), /["'`]node:/);
  const size = gzipSync(code).length;
  assert.ok(size > 5_000 && size < 60 * 1024, String(size));
});

/** The page's examples as one module: `expression; // => value` becomes a check. */
function examplesOf(page: string): { code: string; checks: number } {
  let checks = 0;
  const blocks = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const code = blocks
    .join("\n")
    .replaceAll(/^(.*); \/\/ => (.*)$/gm, (line, expression: string, value: string) => {
      checks++;
      return `assert.deepEqual(${expression}, ${value}, ${JSON.stringify(line)});`;
    });
  return { code: `import assert from "node:assert/strict";\n${code}`, checks };
}

test("every example of the library's page gives what it says", async () => {
  const page = readFileSync(new URL("docs/policy-library.md", root), "utf8");
  const { code, checks } = examplesOf(page);
  assert.ok(checks > 25, String(checks));
  const { code: bundled } = await bundle(code, false);
  await import(`data:text/javascript;base64,${Buffer.from(bundled).toString("base64")}`);
});

test("the library's page names every function that the package exports", async () => {
  const page = readFileSync(new URL("docs/policy-library.md", root), "utf8");
  const names = Object.keys(await import("./index.ts"));
  assert.deepEqual(
    names.filter((name) => !page.includes(name)),
    [],
  );
});

test("every export has a doc comment", () => {
  const index = readFileSync(new URL("core/policy/src/index.ts", root), "utf8");
  const exports = [...index.matchAll(/export (?:type )?\{([^}]*)\} from "(.*)"/g)];
  assert.ok(exports.length > 15);
  const bare = exports.flatMap(([, list = "", from = ""]) => {
    const source = readFileSync(new URL(from, new URL("core/policy/src/", root)), "utf8");
    return list
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "")
      .filter(
        (name) => !new RegExp(`\\*/\\nexport (?:type|interface|function|const) ${name}\\b`).test(source),
      );
  });
  assert.deepEqual(bare, []);
});
