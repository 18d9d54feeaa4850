import { DefaultAzureCredential } from '@azure/identity';
import { readSchoolId, type SchoolId } from '../core/ids.ts';
import { localEnvironment } from '../local/environment.ts';
import { portsFrom } from '../local/ports.ts';
import { readSettings, SettingsError } from '../settings.ts';
import type { StorageOptions } from '../storage/storage.ts';

export type Place = { readonly school: SchoolId; readonly storage: Pick<StorageOptions, 'tables' | 'blobs'> };

/**
 * Where a school's rows are: those of `npm run local`, or as `npm start` reads its settings.
 *
 * @throws SettingsError which names what is missing
 */
export function placeOf(which: { readonly local: boolean; readonly port?: number }): Place {
  if (which.local) {
    const env = localEnvironment(portsFrom(which.port ?? 3978), process.env);
    const connectionString = env.POSTWISE_STORAGE_CONNECTION_STRING;
    return {
      school: schoolFrom(env.POSTWISE_SCHOOL_ID),
      storage: { tables: { connectionString }, blobs: { connectionString } },
    };
  }
  const { storage, app, schoolId } = readSettings(process.env);
  if (storage.kind === 'connectionString')
    return { school: schoolFrom(schoolId), storage: { tables: storage, blobs: storage } };
  const options = app.type === 'UserAssignedMSI' ? { managedIdentityClientId: app.id } : {};
  const credential = new DefaultAzureCredential(options);
  return {
    school: schoolFrom(schoolId),
    storage: {
      tables: { endpoint: storage.tableEndpoint, credential },
      blobs: { endpoint: storage.blobEndpoint, credential },
    },
  };
}

function schoolFrom(id: string): SchoolId {
  const school = readSchoolId(id);
  if (school === null) throw new SettingsError(['POSTWISE_SCHOOL_ID is not the id of a school.']);
  return school;
}
