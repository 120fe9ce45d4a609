#!/usr/bin/env node
// `npm create tollgate@latest NAME [-- --role ROLE]`: a new project, of the example for a role. The examples are copied into
// `templates` when this package is packed.
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROLES = ["user", "outbound", "dispatch"];
/** The host's names: a worker's is a label of a domain's name. */
const NAME = /^[A-Za-z0-9_-]{1,63}$/;
const USAGE = `npm create tollgate@latest NAME [-- --role ${ROLES.join("|")}]`;
const PACKAGE = {
  private: true,
  scripts: { build: "tollgate build", dev: "tollgate dev", deploy: "tollgate deploy" },
};

/** Exit code 1 is for what is refused, 2 for wrong usage, as with `tollgate`. */
function fail(code, error, hint) {
  console.error(`error: ${error}\nhint: ${hint}`);
  process.exit(code);
}

function given() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { role: { type: "string", default: "user" } },
    });
    return { names: positionals, role: values.role };
  } catch (error) {
    fail(2, error.message, USAGE);
  }
}

const { names, role } = given();
const [name] = names;
if (names.length !== 1) fail(2, `expected one name, found ${names.length}`, USAGE);
if (!NAME.test(name)) {
  fail(2, `invalid worker name ${JSON.stringify(name)}: expected 1 to 63 letters, digits, \`-\` or \`_\``, USAGE);
}
if (!ROLES.includes(role)) fail(2, `there is no role ${JSON.stringify(role)}: expected one of ${ROLES.join(", ")}`, USAGE);
if (existsSync(name)) fail(1, `${name} exists already`, "choose another name");

cpSync(join(fileURLToPath(new URL("templates", import.meta.url)), role), name, { recursive: true });
const config = join(name, "wrangler.toml");
writeFileSync(config, readFileSync(config, "utf8").replace(/^name = .*$/m, `name = "${name}"`));
writeFileSync(join(name, "package.json"), `${JSON.stringify(PACKAGE, null, 2)}\n`);
writeFileSync(join(name, ".gitignore"), ".tollgate\nnode_modules\n");

console.log(`created ${name}: the ${role} worker of the example, in JavaScript
next: cd ${name}, then \`tollgate tools js\` once, and \`npm run dev\` or \`npm run build\`
then: \`npm run deploy\`${role === "user" ? ", with `-- --dispatch-namespace NAMESPACE`" : ""}`);
