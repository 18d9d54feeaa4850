// Loaded into storage and clients before their own code. They take the closed channel to their wrapper as a Ctrl-C: on
// SIGINT the table emulator saves and goes, on SIGTERM it would go without saving.
import { endWithParent } from '../endWithParent.ts';

endWithParent(() => process.kill(process.pid, 'SIGINT'));
