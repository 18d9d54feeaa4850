/** Invented persons of an invented school, for running on one machine. The ids never change: stored reports name them. */
export interface Person {
  readonly name: string;
  readonly givenName: string;
  readonly surname: string;
  /** Entra object id, lower case. */
  readonly entraId: string;
}

export type LocalRole =
  'teacher' | 'headteacher' | 'safeguardingLead' | 'chair' | 'teachingAssistant' | 'officeManager';
export type LocalPeople = Readonly<Record<LocalRole, Person>>;

const person = (givenName: string, surname: string, entraId: string): Person => ({
  name: `${givenName} ${surname}`,
  givenName,
  surname,
  entraId,
});

export const localPeople: LocalPeople = {
  teacher: person('Priya', 'Nair', '5a1c7e02-8d34-4b6f-9a10-2f6e0c3d1b01'),
  headteacher: person('Helen', 'Marsh', '5a1c7e02-8d34-4b6f-9a10-2f6e0c3d1b02'),
  safeguardingLead: person('Daniel', 'Okafor', '5a1c7e02-8d34-4b6f-9a10-2f6e0c3d1b03'),
  chair: person('Margaret', 'Ellis', '5a1c7e02-8d34-4b6f-9a10-2f6e0c3d1b04'),
  teachingAssistant: person('Sam', 'Whitlock', '5a1c7e02-8d34-4b6f-9a10-2f6e0c3d1b05'),
  officeManager: person('Joanne', 'Price', '5a1c7e02-8d34-4b6f-9a10-2f6e0c3d1b06'),
};

export const LOCAL_TENANT_ID = '7c0f4d9e-51b2-4e8a-8f63-90d1a7b5c201';
/** As the row keys name the school. */
export const LOCAL_SCHOOL_ID = 'local-primary';
export const LOCAL_BOT_ID = '7c0f4d9e-51b2-4e8a-8f63-90d1a7b5c202';
