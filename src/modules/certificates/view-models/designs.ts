import type { Translate } from '../../../platform/i18n';
import type { Organisation } from '../../organisations';
import { DESIGNS, nameOfOwn } from '../design';
import type { DesignChoiceRow, OwnDesignRow } from '../design-model';
import { SAMPLES } from '../sample';

const PAGE = '/staff/certificates/designs';

export function toDesignsPage(
  found: {
    organisations: readonly Organisation[];
    own: readonly OwnDesignRow[];
    choices: readonly DesignChoiceRow[];
  },
  t: Translate,
) {
  const nameOf = new Map(found.organisations.map(({ id, name }) => [id, name]));
  const designs = [
    ...DESIGNS.map((name) => ({ name, title: t(`certificates.design.${name}`), by: null })),
    ...found.own.map((row) => ({
      name: nameOfOwn(row),
      title: row.name,
      by: nameOf.get(row.organisationId) ?? null,
    })),
  ];
  const titleOf = new Map(designs.map(({ name, title }) => [name, title]));
  return {
    designs: designs.map((design) => ({
      ...design,
      previews: SAMPLES.map(({ holderName }, sample) => ({
        src: `${PAGE}/${design.name}/preview.svg?sample=${sample}`,
        alt: t('certificates.design.previewAlt', { design: design.title, name: holderName }),
      })),
    })),
    options: designs.map(({ name, title }) => ({ value: name, text: title })),
    organisations: found.organisations.map(({ id, name }) => ({ value: id, text: name })),
    choices: found.choices.map((row) => ({
      organisation: nameOf.get(row.organisationId) ?? '',
      course: row.courseSlug === '' ? t('certificates.design.everyCourse') : row.courseSlug,
      design: titleOf.get(row.design) ?? row.design,
    })),
  };
}
