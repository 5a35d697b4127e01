import { runQuality } from './quality.ts';
import { REPLAY_USAGE } from './replay/options.ts';
import { runReplay } from './replay/replay.ts';

const USAGE = `npm run readroom -- COMMAND …

  replay FOLDER        replay published reads through a running app
  quality COMMAND …    agreement, consensus and sample sizes of label files
  simulate …           a crowd reads on the local database; fixed against adaptive overlap (simulate --help)
  import REGISTER …    public registers: NUCC, NPPES and the exclusion lists (import --help)
  roll-ups rebuild …   hours and classes of batches, counted anew from their labels (roll-ups --help)
  verify-annex FILE …  the signed record of a pilot against this installation (verify-annex --help)

${REPLAY_USAGE}`;

/** The `readroom` command: dispatches to its subcommands. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  switch (command) {
    case 'replay':
      return runReplay(rest);
    case 'quality':
      return runQuality([...rest]);
    case 'import':
      // Loaded for itself: the others need no database, and none of what it brings.
      return (await import('./import.ts')).runImport(rest);
    case 'simulate':
      if (rest.includes('--help') || rest[0] === 'help' || rest.length === 0) {
        console.log((await import('./simulate/options.ts')).SIMULATE_USAGE);
        return 0;
      }
      return (await import('./simulate.ts')).runSimulate(rest);
    case 'roll-ups': {
      const { ROLL_UPS_USAGE, runRollUps } = await import('./roll-ups.ts');
      if (rest.length > 0 && !rest.includes('--help') && rest[0] !== 'help') return runRollUps(rest);
      console.log(ROLL_UPS_USAGE);
      return 0;
    }
    case 'verify-annex': {
      const { runVerifyAnnex, VERIFY_ANNEX_USAGE } = await import('./verify-annex.ts');
      if (rest.length > 0 && !rest.includes('--help') && rest[0] !== 'help') return runVerifyAnnex(rest);
      console.log(VERIFY_ANNEX_USAGE);
      return 0;
    }
    case undefined:
    case 'help':
    case '--help':
      console.log(USAGE);
      return 0;
    default:
      console.error(`There is no command "${command}".\n\n${USAGE}`);
      return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
