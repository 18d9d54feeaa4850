import { writeFileSync } from 'node:fs';
import { colourIcon, outlineIcon } from './drawIcons.ts';

// `npm run icons`: draws appPackage/color.png and appPackage/outline.png anew. Their output is committed.
const folder = new URL('../../appPackage/', import.meta.url);
writeFileSync(new URL('color.png', folder), colourIcon());
writeFileSync(new URL('outline.png', folder), outlineIcon());
