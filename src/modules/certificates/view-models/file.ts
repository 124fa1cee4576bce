import type { FileCheck } from '../credential/check-file';
import { type Reader, toVerifyPage } from './public';

/** What anyone sees who has a file checked. */
export function toFilePage(found: FileCheck, fileName: string, reader: Reader, baseUrl: string) {
  const { t } = reader;
  const empty = { kind: null, typed: '', certificate: null, fileError: null };
  if (found.kind !== 'ours') {
    const issuer = found.kind === 'foreign' ? found.issuer : null;
    return {
      ...empty,
      title: `certificates.file.${found.kind}.title`,
      file: {
        kind: found.kind === 'unknown' ? 'danger' : 'warning',
        text: t(`certificates.file.${found.kind}.text`, {
          file: fileName,
          site: new URL(baseUrl).host,
        }),
        facts: issuer === null ? [] : [{ term: t('certificates.file.issuer'), text: issuer }],
      },
    };
  }
  const { verification, unchanged, otherName } = found;
  const { certificate } = toVerifyPage('', verification, reader);
  const state = verification.kind;
  const isGood = unchanged && state === 'valid';
  const note = certificate?.note;
  const yes = t('certificates.file.yes');
  const no = t('certificates.file.no');
  return {
    ...empty,
    title: unchanged ? `certificates.verify.${state}.title` : 'certificates.file.changed.title',
    certificate,
    file: {
      kind: isGood ? 'success' : unchanged && !isHard(state) ? 'warning' : 'danger',
      text: unchanged
        ? note
          ? t(`certificates.verify.${state}.text`, { date: note.date, reason: note.reason })
          : t('certificates.file.good.text')
        : t('certificates.file.changed.text', { number: verification.row.number }),
      facts: [
        { term: t('certificates.file.isOurs'), text: unchanged ? yes : no },
        { term: t('certificates.file.isUnchanged'), text: unchanged ? yes : no },
        {
          term: t('certificates.file.isValid'),
          text: state === 'valid' ? yes : `${no}: ${t(`certificates.verify.${state}.title`)}`,
        },
        ...(otherName === null
          ? []
          : [{ term: t('certificates.file.otherName'), text: otherName }]),
      ],
    },
  };
}

const isHard = (state: string): boolean => state === 'revoked' || state === 'suspended';
