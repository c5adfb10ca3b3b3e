// The code of the MHA for an image (docs/card.md, "An image of the MHA"): its sources here, in one file. The same sources
// give the same bytes, so whoever has them can see what the authority is asked to vouch for.

import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const program = fileURLToPath(import.meta.resolve('@vitalseal/secure-element/mha-program'));
/** What the card lends to the code that it runs: its errors, which go from one to the other. */
const lent =
  /\/packages\/(certifying-authority|protocol|secure-element|uicc)\/src\/(?:card\/)?(errors|refused-command)\.ts$/;
const releaseModule = /\/secure-element\/src\/mha\/release\.ts$/;

/** @param release what the code says that it is */
export async function buildMhaCode({ release }: { readonly release: string }): Promise<string> {
  const bundle = await rolldown({
    input: program,
    platform: 'node',
    plugins: [lentByTheCard, calledBy(release)],
    onwarn: () => {},
  });
  try {
    const { output } = await bundle.generate({ format: 'cjs', minify: true, codeSplitting: false });
    return output[0].code;
  } finally {
    await bundle.close();
  }
}

const lentByTheCard: Plugin = {
  name: 'lent-by-the-card',
  async resolveId(source, importer) {
    if (importer === undefined || !source.endsWith('.ts')) return null;
    const [, where, what] = lent.exec((await this.resolve(source, importer, { skipSelf: true }))?.id ?? '') ?? [];
    return where === undefined ? null : { id: `card:${where}/${what}`, external: true };
  },
};

function calledBy(release: string): Plugin {
  return {
    name: 'called-by-its-release',
    load: (id) => (releaseModule.test(id) ? `export const mhaRelease = ${JSON.stringify(release)};` : null),
  };
}
