// Builds the pages' one style sheet and two scripts into ../wwwroot/assets (served with a fingerprint by MapStaticAssets).
// A page of any module may bring its own files, kept beside it: `SomethingPage.scss` (its styles, in the layer "pages") and
// `something.element.ts` (a custom element). Both are found here, in the order of their paths, so that a build is repeatable.
import { build } from "esbuild";
import { compileString } from "sass";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const sources = resolve(here, "../..");
const output = resolve(here, "../wwwroot/assets");

/** Files of the modules whose names end so, without what a build has made. */
function besidePages(ending) {
  const found = [];
  const skip = new Set(["bin", "obj", "node_modules", "wwwroot", "Client"]);
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !skip.has(entry.name)) walk(join(folder, entry.name));
      else if (entry.isFile() && entry.name.endsWith(ending)) found.push(join(folder, entry.name));
    }
  };
  walk(sources);
  return found.map((file) => relative(here, file).replaceAll("\\", "/")).sort();
}

function styles() {
  const pages = besidePages("Page.scss");
  const source = [
    '@use "sass:meta";',
    readFileSync(join(here, "styles/main.scss"), "utf8"),
    "@layer pages {",
    ...pages.map((file) => `@include meta.load-css("${file.replace(/\.scss$/, "")}");`),
    "}",
  ].join("\n");
  const { css } = compileString(source, {
    style: "compressed",
    url: pathToFileURL(join(here, "styles.scss")),
    loadPaths: [here, join(here, "styles")],
  });
  writeFileSync(join(output, "tandem.css"), css);
}

async function scripts() {
  const entry = ["./elements/main.ts", ...besidePages(".element.ts")].map((file) => `import "${file}";`).join("\n");
  const settings = {
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    nodePaths: [join(here, "node_modules")],
    legalComments: "none",
    logLevel: "warning",
    absWorkingDir: here,
  };
  await build({ ...settings, stdin: { contents: entry, resolveDir: here, loader: "ts" }, outfile: join(output, "tandem.js") });
  await build({ ...settings, entryPoints: ["elements/live-worker.ts"], outfile: join(output, "live-worker.js") });
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
styles();
await scripts();
writeFileSync(
  join(output, "icon.svg"),
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b4f5c"/>' +
    '<g fill="none" stroke="#fff" stroke-width="3"><circle cx="12" cy="16" r="6"/><circle cx="20" cy="16" r="6"/></g></svg>',
);
