import { DefaultAzureCredential } from '@azure/identity';
import { readSchoolId, readStaffId, type SchoolId, type StaffId } from '../core/ids.ts';
import type { Roles } from '../core/report/audience.ts';
import { localEnvironment } from '../local/environment.ts';
import { portsFrom } from '../local/ports.ts';
import { readSettings, SettingsError } from '../settings.ts';
import type { StorageOptions } from '../storage/storage.ts';

export type Place = {
  readonly school: SchoolId;
  readonly storage: Pick<StorageOptions, 'tables' | 'blobs'>;
  readonly roles: Omit<Roles, 'triagers'>;
};

/**
 * Where a school's rows are and who holds which role: of `npm run local`, or as `npm start` reads its settings.
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
      roles: {
        headteachers: idsOf(env.POSTWISE_HEADTEACHER_IDS.split(',')),
        safeguarding: idsOf(env.POSTWISE_SAFEGUARDING_IDS.split(',')),
        chairs: idsOf(env.POSTWISE_CHAIR_IDS.split(',')),
      },
    };
  }
  const { storage, app, ...settings } = readSettings(process.env);
  const school = schoolFrom(settings.schoolId);
  const roles = {
    headteachers: idsOf(settings.headteacherIds),
    safeguarding: idsOf(settings.safeguardingIds),
    chairs: idsOf(settings.chairIds),
  };
  if (storage.kind === 'connectionString') return { school, storage: { tables: storage, blobs: storage }, roles };
  const options = app.type === 'UserAssignedMSI' ? { managedIdentityClientId: app.id } : {};
  const credential = new DefaultAzureCredential(options);
  return {
    school,
    storage: {
      tables: { endpoint: storage.tableEndpoint, credential },
      blobs: { endpoint: storage.blobEndpoint, credential },
    },
    roles,
  };
}

const idsOf = (ids: readonly string[]): readonly StaffId[] => ids.flatMap((id) => readStaffId(id) ?? []);

function schoolFrom(id: string): SchoolId {
  const school = readSchoolId(id);
  if (school === null) throw new SettingsError(['POSTWISE_SCHOOL_ID is not the id of a school.']);
  return school;
}
