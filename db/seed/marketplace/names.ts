/** Names by country, so that a team list reads like one. Any likeness is chance: they are drawn. */
export const NAMES: Record<
  string,
  { given: readonly string[]; family: readonly string[]; timezone: string }
> = {
  US: {
    given: 'Ava Noah Mia Liam Zoe Ethan Grace Caleb Naomi Owen Ruth Miles Tessa Jonah Leah Marcus'.split(' '),
    family: 'Carter Brooks Hayes Nguyen Foster Bennett Ramirez Sullivan Price Coleman Ortiz Whitaker'.split(
      ' ',
    ),
    timezone: 'America/New_York',
  },
  GB: {
    given: 'Isla Harry Freya Arthur Amelia Rory Poppy Callum Niamh Rhys Imogen Hamish'.split(' '),
    family: 'Ashworth Pemberton Okafor Llewellyn Hargreaves Patel Sinclair Whitmore Begum Fairbairn'.split(
      ' ',
    ),
    timezone: 'Europe/London',
  },
  DE: {
    given: 'Lena Jonas Hanna Felix Clara Paul Greta Anton Marlene Emil Frieda Oskar'.split(' '),
    family: 'Bergmann Vogel Lindner Krause Yılmaz Seidel Hofmann Brandt Kaya Winkler'.split(' '),
    timezone: 'Europe/Berlin',
  },
  IN: {
    given: 'Ananya Arjun Kavya Rohan Meera Vikram Priya Aditya Nisha Karthik Divya Sanjay'.split(' '),
    family: 'Iyer Sharma Menon Reddy Banerjee Kulkarni Nair Chatterjee Rao Deshpande'.split(' '),
    timezone: 'Asia/Kolkata',
  },
  PH: {
    given: 'Maria Jose Angelica Paolo Kristine Miguel Bianca Rafael Camille Dennis'.split(' '),
    family: 'Santos Reyes Cruz Bautista Villanueva Mercado Aquino Navarro Salazar'.split(' '),
    timezone: 'Asia/Manila',
  },
  KE: {
    given: 'Wanjiru Otieno Achieng Kamau Njeri Kiprop Akinyi Mwangi Chebet Barasa'.split(' '),
    family: 'Odhiambo Kariuki Wekesa Mutua Kimani Cheruiyot Onyango Njoroge'.split(' '),
    timezone: 'Africa/Nairobi',
  },
  PL: {
    given: 'Zofia Jan Hanna Mateusz Oliwia Piotr Katarzyna Tomasz Agnieszka Łukasz'.split(' '),
    family: 'Kowalska Nowak Wiśniewski Zielińska Mazur Dąbrowski Kaczmarek Lewandowska'.split(' '),
    timezone: 'Europe/Warsaw',
  },
  MX: {
    given: 'Valeria Diego Ximena Emiliano Renata Mateo Fernanda Leonardo Regina Iker'.split(' '),
    family: 'Hernández Castillo Mendoza Aguilar Cervantes Ibarra Fuentes Morales'.split(' '),
    timezone: 'America/Mexico_City',
  },
};

/** Which countries the crowd is in, and how much of it. */
export const COUNTRIES: readonly (readonly [string, number])[] = [
  ['US', 30],
  ['IN', 22],
  ['PH', 12],
  ['GB', 9],
  ['DE', 9],
  ['KE', 7],
  ['PL', 6],
  ['MX', 5],
];

/** Vendors with their home and their share of the crowd: a few large ones, many small ones. */
export const VENDORS: readonly { name: string; country: string; size: number }[] = [
  { name: 'Meridian Reading Group', country: 'US', size: 210 },
  { name: 'Sahyadri Clinical Annotation', country: 'IN', size: 190 },
  { name: 'Harbourlight Radiology Partners', country: 'GB', size: 150 },
  { name: 'Visayas Medical Data', country: 'PH', size: 140 },
  { name: 'Nordlicht Befundung', country: 'DE', size: 120 },
  { name: 'Summit Pathology Readers', country: 'US', size: 110 },
  { name: 'Rift Valley Imaging', country: 'KE', size: 100 },
  { name: 'Deccan Cardiac Core Lab', country: 'IN', size: 95 },
  { name: 'Wisła Medical Review', country: 'PL', size: 80 },
  { name: 'Cascade Teleradiology', country: 'US', size: 75 },
  { name: 'Anáhuac Salud Datos', country: 'MX', size: 70 },
  { name: 'Thames Ophthalmic Grading', country: 'GB', size: 60 },
  { name: 'Bayside Dermatology Panel', country: 'US', size: 55 },
  { name: 'Malabar Coding Services', country: 'IN', size: 55 },
  { name: 'Rheinufer Studienzentrum', country: 'DE', size: 50 },
  { name: 'Luzon Nursing Abstractors', country: 'PH', size: 45 },
  { name: 'Prairie Emergency Readers', country: 'US', size: 40 },
  { name: 'Caledonia Breast Imaging', country: 'GB', size: 36 },
  { name: 'Baltyk Histopathology', country: 'PL', size: 32 },
  { name: 'Chesapeake ECG Overread', country: 'US', size: 28 },
  { name: 'Nairobi Sonography Collective', country: 'KE', size: 24 },
  { name: 'Isar Neuroradiologie', country: 'DE', size: 20 },
  { name: 'Pennine Sleep Scoring', country: 'GB', size: 16 },
  { name: 'Sonora Dental Readers', country: 'MX', size: 12 },
  { name: 'Tamalpais Rare Disease Panel', country: 'US', size: 7 },
];

/** Specialties with the kind of credential that shows them, and how much of the crowd has it. */
export const SPECIALTIES: readonly (readonly [
  {
    kind: 'board_certification' | 'nursing_licence' | 'technologist_certification' | 'coder_certification';
    specialty: string;
  },
  number,
])[] = [
  [{ kind: 'board_certification', specialty: 'Diagnostic Radiology' }, 34],
  [{ kind: 'board_certification', specialty: 'Pathology' }, 14],
  [{ kind: 'board_certification', specialty: 'Cardiology' }, 12],
  [{ kind: 'board_certification', specialty: 'Ophthalmology' }, 8],
  [{ kind: 'board_certification', specialty: 'Dermatology' }, 6],
  [{ kind: 'nursing_licence', specialty: 'Registered nurse' }, 12],
  [{ kind: 'technologist_certification', specialty: 'Radiography' }, 9],
  [{ kind: 'coder_certification', specialty: 'Clinical coding' }, 5],
];
