import {
  createOrganisation,
  findOrganisationByCode,
  type OrganisationKind,
} from '../modules/organisations';
import type { Language } from '../platform/i18n';

interface Plan {
  code: string;
  name: string;
  names?: Partial<Record<Language, string>>;
  kind: OrganisationKind;
  below?: readonly Plan[];
}

/** A branch, with its names in Chinese, Malay and Tamil. */
const branch = (code: string, name: string, zh: string, ms: string, ta: string): Plan => ({
  code,
  name,
  names: { zh, ms, ta },
  kind: 'branch',
});
const company = (code: string, name: string): Plan => ({ code, name, kind: 'company' });

/** All of it is made up. The companies' names cannot be taken for real ones. */
const TREE: Plan = {
  code: 'kelas-centre',
  name: 'Kelas Labour Centre',
  names: { zh: 'Kelas 劳工中心', ms: 'Pusat Buruh Kelas', ta: 'Kelas தொழிலாளர் மையம்' },
  kind: 'umbrella',
  below: [
    {
      code: 'transport',
      name: 'Demonstration Transport Workers’ Union',
      names: {
        zh: '示范运输工友联合会',
        ms: 'Kesatuan Pekerja Pengangkutan Contoh',
        ta: 'மாதிரி போக்குவரத்துத் தொழிலாளர் சங்கம்',
      },
      kind: 'union',
      below: [
        branch('transport-bus', 'Bus branch', '巴士分会', 'Cawangan Bas', 'பேருந்துக் கிளை'),
        branch('transport-rail', 'Rail branch', '铁路分会', 'Cawangan Rel', 'ரயில் கிளை'),
        branch('transport-port', 'Port branch', '港口分会', 'Cawangan Pelabuhan', 'துறைமுகக் கிளை'),
        company('example-buses', 'Example Buses'),
        company('sample-rail', 'Sample Rail'),
      ],
    },
    {
      code: 'health',
      name: 'Demonstration Health Care Workers’ Union',
      names: {
        zh: '示范医疗保健工友联合会',
        ms: 'Kesatuan Pekerja Penjagaan Kesihatan Contoh',
        ta: 'மாதிரி சுகாதாரத் தொழிலாளர் சங்கம்',
      },
      kind: 'union',
      below: [
        branch(
          'health-hospitals',
          'Hospitals branch',
          '医院分会',
          'Cawangan Hospital',
          'மருத்துவமனைக் கிளை',
        ),
        branch(
          'health-homes',
          'Nursing homes branch',
          '疗养院分会',
          'Cawangan Rumah Jagaan',
          'பராமரிப்பு இல்லக் கிளை',
        ),
        company('example-hospital', 'Example Hospital'),
        company('sample-care', 'Sample Care Homes'),
      ],
    },
    {
      code: 'electronics',
      name: 'Demonstration Electronics Workers’ Union',
      names: {
        zh: '示范电子业工友联合会',
        ms: 'Kesatuan Pekerja Elektronik Contoh',
        ta: 'மாதிரி மின்னணுத் தொழிலாளர் சங்கம்',
      },
      kind: 'union',
      below: [
        branch('electronics-north', 'North branch', '北区分会', 'Cawangan Utara', 'வடக்குக் கிளை'),
        branch('electronics-west', 'West branch', '西区分会', 'Cawangan Barat', 'மேற்குக் கிளை'),
        company('example-chips', 'Example Chips'),
        company('sample-boards', 'Sample Boards'),
      ],
    },
    {
      code: 'public-service',
      name: 'Demonstration Public Service Union',
      names: {
        zh: '示范公共服务雇员联合会',
        ms: 'Kesatuan Perkhidmatan Awam Contoh',
        ta: 'மாதிரி பொதுச் சேவை ஊழியர் சங்கம்',
      },
      kind: 'union',
      below: [
        branch(
          'public-service-counters',
          'Counters branch',
          '柜台服务分会',
          'Cawangan Kaunter',
          'சேவை முகப்புக் கிளை',
        ),
        branch(
          'public-service-field',
          'Field branch',
          '外勤分会',
          'Cawangan Lapangan',
          'களப்பணிக் கிளை',
        ),
        company('sample-counters', 'Sample Counter Services'),
      ],
    },
    {
      code: 'hospitality',
      name: 'Demonstration Hospitality and Food Workers’ Union',
      names: {
        zh: '示范酒店与餐饮工友联合会',
        ms: 'Kesatuan Pekerja Hospitaliti dan Makanan Contoh',
        ta: 'மாதிரி விருந்தோம்பல், உணவுத் தொழிலாளர் சங்கம்',
      },
      kind: 'union',
      below: [
        branch('hospitality-hotels', 'Hotels branch', '酒店分会', 'Cawangan Hotel', 'விடுதிக் கிளை'),
        branch('hospitality-food', 'Food branch', '餐饮分会', 'Cawangan Makanan', 'உணவுக் கிளை'),
        company('example-hotels', 'Example Hotels'),
        company('sample-kitchens', 'Sample Kitchens'),
      ],
    },
    {
      code: 'example-agency',
      name: 'Example Agency',
      names: { zh: '示例机构', ms: 'Agensi Contoh', ta: 'மாதிரி முகமை' },
      kind: 'agency',
    },
    {
      code: 'example-academy',
      name: 'Example Academy',
      names: { zh: '示例学院', ms: 'Akademi Contoh', ta: 'மாதிரிப் பயிலகம்' },
      kind: 'partner',
    },
  ],
};

/** A union with what lies below it, by id. */
export interface UnionPlaces {
  unionId: string;
  code: string;
  branchIds: string[];
  employerIds: string[];
}

async function plant(plan: Plan, parentId: string | null): Promise<string> {
  const existing = await findOrganisationByCode(plan.code);
  const { id } =
    existing ??
    (await createOrganisation({
      code: plan.code,
      name: plan.name,
      names: plan.names ?? {},
      kind: plan.kind,
      ...(parentId === null ? { timeZone: 'Asia/Singapore' } : { parentId }),
    }));
  for (const each of plan.below ?? []) await plant(each, id);
  return id;
}

const idOf = async (plan: Plan): Promise<string> => {
  const organisation = await findOrganisationByCode(plan.code);
  if (!organisation) throw new Error(`The demonstration set lacks ${plan.code}`);
  return organisation.id;
};

/** Makes the tree where it is not there yet. */
export async function plantOrganisations(): Promise<{ umbrellaId: string; unions: UnionPlaces[] }> {
  const umbrellaId = await plant(TREE, null);
  const unions: UnionPlaces[] = [];
  for (const plan of TREE.below ?? []) {
    if (plan.kind !== 'union') continue;
    const below = plan.below ?? [];
    const places: UnionPlaces = {
      unionId: await idOf(plan),
      code: plan.code,
      branchIds: [],
      employerIds: [],
    };
    for (const each of below) {
      (each.kind === 'branch' ? places.branchIds : places.employerIds).push(await idOf(each));
    }
    unions.push(places);
  }
  return { umbrellaId, unions };
}
