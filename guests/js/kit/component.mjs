// Worker and shim become one module, and componentize-js puts it into an engine. `build` has checked that the tools are
// there, and says by the environment what to build.
import { cp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const { TOLLGATE_MAIN, TOLLGATE_OUT, TOLLGATE_ROLE, TOLLGATE_TOOLS, TOLLGATE_WIT, TOLLGATE_WORK } = process.env;
const lib = join(dirname(fileURLToPath(import.meta.url)), "lib");
const tools = createRequire(join(TOLLGATE_TOOLS, "package.json"));
const esbuild = tools("esbuild");
const engine = join(TOLLGATE_TOOLS, "node_modules/@bytecodealliance/componentize-js/src/componentize.js");
const { componentize } = await import(pathToFileURL(engine));

/** What a role has beside what every worker has: a module of the shim, and its one export. */
const ROLES = { outbound: ["parameters.js", "parameters"], dispatch: ["dispatcher.js", "namespace"] };

const text = JSON.stringify;
const [module, role] = ROLES[TOLLGATE_ROLE] ?? [];
const entry = [
  `import ${text(join(lib, "engine.js"))};`,
  `import worker from ${text(resolve(TOLLGATE_MAIN))};`,
  `import { serve } from ${text(join(lib, "serve.js"))};`,
  role ? `import { ${role} } from ${text(join(lib, module))};` : "",
  `serve(worker, { ${role ?? ""} });`,
];

/** Imports of WIT interfaces are the engine's to resolve: `wasi:…`, `tollgate:…`, and the project's own. */
const interfaces = {
  name: "interfaces",
  setup({ onResolve }) {
    onResolve({ filter: /^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*\/[a-z]/ }, ({ path }) => ({ path, external: true }));
  },
};

const sourcePath = join(TOLLGATE_WORK, "worker.js");
try {
  await esbuild.build({
    stdin: { contents: entry.join("\n"), resolveDir: process.cwd() },
    bundle: true,
    format: "esm",
    target: "es2022",
    outfile: sourcePath,
    logLevel: "warning",
    plugins: [interfaces],
  });
} catch {
  // esbuild has said what is wrong, and where.
  process.exit(1);
}
/** The WIT, with the newest WASI that componentize-js knows. */
async function known() {
  const folder = join(TOLLGATE_WORK, "wit");
  await rm(folder, { recursive: true, force: true });
  await cp(TOLLGATE_WIT, folder, { recursive: true });
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".wit")) continue;
    const path = join(folder, name);
    await writeFile(path, (await readFile(path, "utf8")).replace(/0\.2\.1[12]/g, "0.2.10"));
  }
  return folder;
}

const { component } = await componentize({ sourcePath, witPath: await known(), worldName: "worker" });
await writeFile(TOLLGATE_OUT, component);
