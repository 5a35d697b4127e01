/** Countries by the part of the world whose office hours and travel they share; what is not listed is in none. */
const REGIONS: Readonly<Record<string, string>> = {
  americas:
    'AG AI AR AW BB BM BO BQ BR BS BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GT GY HN HT JM KN KY LC MF MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI',
  europe_middle_east_africa:
    'AD AE AL AM AO AT AX AZ BA BE BF BG BH BI BJ BL BW BY CD CF CG CH CI CM CV CY CZ DE DJ DK DZ EE EG EH ER ES ET FI FO FR GA GB GE GG GH GI GM GN GQ GR GW HR HU IE IL IM IQ IS IT JE JO KE KM KW LB LI LR LS LT LU LV LY MA MC MD ME MG MK ML MR MT MU MW MZ NA NE NG NL NO OM PL PS PT QA RE RO RS RU RW SA SC SD SE SH SI SK SL SM SN SO SS ST SY SZ TD TG TN TR TZ UA UG VA XK YE YT ZA ZM ZW',
  asia_pacific:
    'AF AS AU BD BN BT CC CK CN CX FJ FM GU HK ID IN IO IR JP KG KH KI KP KR KZ LA LK MH MM MN MO MP MV MY NC NF NP NR NU NZ PF PG PH PK PN PW SB SG TH TJ TK TL TM TO TV TW UZ VN VU WF WS',
};

const REGION_OF = new Map(
  Object.entries(REGIONS).flatMap(([region, codes]) => codes.split(' ').map((code) => [code, region])),
);

/** Shares of reads in basis points, by how far from the sponsor they are made. */
export type LocationShares = { onshore: number; nearshore: number; offshore: number };

/** Onshore is the sponsor's (or the project's) country, nearshore another one of the same part of the world. */
export function locationShares(mix: Readonly<Record<string, number>>, home: string): LocationShares {
  const shares: LocationShares = { onshore: 0, nearshore: 0, offshore: 0 };
  const region = REGION_OF.get(home);
  for (const [country, share] of Object.entries(mix)) {
    if (country === home) shares.onshore += share;
    else if (region !== undefined && REGION_OF.get(country) === region) shares.nearshore += share;
    else shares.offshore += share;
  }
  return shares;
}
