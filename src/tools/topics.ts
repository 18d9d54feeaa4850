/**
 * `npm run topics`: what staff asked that the policy does not answer, by week, and how helpful the answers were found. For
 * whoever looks after the content. Numbers only: there is nothing else to show.
 */
import { parseArgs } from 'node:util';
import { config } from 'dotenv';
import { readContent } from '../readContent.ts';
import { SettingsError } from '../settings.ts';
import { createStorage } from '../storage/storage.ts';
import { placeOf } from './place.ts';
import { helpfulLines, topicLines } from './topicLines.ts';

const USAGE = `What staff asked that the policy does not answer, and how helpful the answers were found.

  npm run topics                 of the school in the settings
  npm run topics -- --local      of "npm run local"; --port N where it was given another port

A topic is shown only where it was asked about more than five times in a week. No names and no words are kept.
`;

async function main(): Promise<number> {
  let values;
  try {
    values = parseArgs({
      options: { local: { type: 'boolean' }, port: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: false,
    }).values;
  } catch {
    console.error(`These options make no sense here.\n\n${USAGE}`);
    return 2;
  }
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  try {
    const port = values.port === undefined ? {} : { port: Number(values.port) };
    const { school, storage: options } = placeOf({ local: values.local === true, ...port });
    const { counts } = await createStorage(options);
    const [topics, helpful] = await Promise.all([counts.topics(school), counts.helpful(school)]);
    const { topicInWords } = readContent();
    console.log([...topicLines(topics, topicInWords), '', ...helpfulLines(helpful, topicInWords)].join('\n'));
    return 0;
  } catch (error) {
    if (error instanceof SettingsError) console.error(error.message);
    else console.error(`That could not be read: ${error instanceof Error ? error.name : 'unknown'}.`);
    return 1;
  }
}

config({ quiet: true });
process.exitCode = await main();
