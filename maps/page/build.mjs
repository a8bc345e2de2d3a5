// Builds built/ from src/: one script, one style sheet, the licences of all that is in them, and the hash of the sources.
// Run by `make page`; CAPPLAN_PAGE_MODULES names the folder of the installed packages.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = process.env.CAPPLAN_PAGE_MODULES || join(here, 'node_modules');
const { build } = createRequire(join(modules, 'from-here.js'))('esbuild');
const out = join(here, 'built');
const BUNDLED = ['echarts', 'zrender', 'tslib'];

// Every file that the result depends on, by its path from here.
export function sources() {
  const walk = (folder) => readdirSync(join(here, folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? walk(folder + '/' + entry.name) : [folder + '/' + entry.name]));
  return [...walk('src'), 'build.mjs', 'package.json', 'package-lock.json'].sort();
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)])).sort();
}

function digest() {
  const hash = createHash('sha256');
  for (const file of sources()) hash.update(file + '\0').update(readFileSync(join(here, file), 'utf8').replaceAll('\r\n', '\n')).update('\0');
  return hash.digest('hex');
}

// A view or a layer is one file: the list of them is made here, not kept by hand.
const registry = {
  name: 'registry',
  setup(made) {
    made.onResolve({ filter: /registry\.js$/ }, () => ({ path: 'registry', namespace: 'registry' }));
    made.onLoad({ filter: /.*/, namespace: 'registry' }, () => {
      const lines = ['views', 'layers'].map((folder) => {
        const files = readdirSync(join(here, 'src', folder)).filter((file) => file.endsWith('.js')).sort();
        const imports = files.map((file, at) => `import ${folder}${at} from './${folder}/${file}';`);
        return [...imports, `export const ${folder} = [${files.map((_, at) => folder + at).join(', ')}];`].join('\n');
      });
      return { contents: lines.join('\n'), resolveDir: join(here, 'src') };
    });
  },
};

const result = await build({
  absWorkingDir: here, entryPoints: { page: 'src/main.js' }, bundle: true, minify: true, format: 'iife', target: ['es2020'],
  charset: 'utf8', legalComments: 'none', nodePaths: [modules], plugins: [registry], outdir: out, write: false, metafile: true,
});
const style = await build({ absWorkingDir: here, entryPoints: ['src/styles/page.css'], bundle: true, minify: true, charset: 'utf8', write: false, outdir: out });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'page.js'), result.outputFiles[0].text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--'));
writeFileSync(join(out, 'page.css'), style.outputFiles[0].text);

const used = new Set(Object.keys(result.metafile.inputs).filter((file) => file.includes('node_modules/')).map((file) => file.split('node_modules/').pop().split('/')[0]));
const unknown = [...used].filter((name) => !BUNDLED.includes(name));
if (unknown.length) throw new Error('packages without a licence text: ' + unknown.join(', '));
const versions = {};
const texts = [...used].sort().map((name) => {
  const folder = join(modules, name);
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  versions[name] = about.version;
  const files = readdirSync(folder).filter((file) => /^(LICEN[CS]E|NOTICE)(\.\w+)?$/i.test(file)).sort();
  const more = existsSync(join(folder, 'licenses')) ? filesUnder(join(folder, 'licenses')).map((file) => relative(folder, file)) : [];
  return [...files, ...more].map((file) => `${name} ${about.version} (${about.license}): ${file}\n${'-'.repeat(78)}\n${readFileSync(join(folder, file), 'utf8').trim()}\n`).join('\n');
});
writeFileSync(join(out, 'LICENSES.txt'), `Texts of the packages that are built into page.js.\n\n${texts.join(`\n${'='.repeat(78)}\n\n`)}`);
writeFileSync(join(out, 'build.json'), JSON.stringify({ sources: digest(), packages: versions }, null, 2) + '\n');
console.log(`page.js ${(result.outputFiles[0].text.length / 1024).toFixed(0)} KiB, page.css ${(style.outputFiles[0].text.length / 1024).toFixed(0)} KiB`);
