// Loaded before anything else and in plain JavaScript, so that a Node too old to read TypeScript can still say so.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Postwise needs Node 24 or newer, and this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Run "npm ci" and start with "npm run local": on x86-64 Linux that brings its own Node 24.\n' +
      'On other systems, install Node 24 first.',
  );
  process.exit(1);
}
