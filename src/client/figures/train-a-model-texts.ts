/** The words of the figure. `{name}` stands for a value. */
export interface Texts {
  readonly colour: readonly [string, string, string];
  readonly softness: readonly [string, string, string];
  readonly look: string;
  readonly mango: string;
  readonly current: string;
  readonly question: string;
  readonly ready: string;
  readonly notReady: string;
  readonly fillIn: string;
  readonly allLabelled: string;
  readonly test: string;
  readonly restart: string;
  readonly green: string;
  readonly yellow: string;
  readonly hard: string;
  readonly soft: string;
  readonly noExamples: string;
  readonly map: string;
  readonly mapTested: string;
  readonly legendReady: string;
  readonly legendNotReady: string;
  readonly legendNow: string;
  readonly legendNew: string;
  readonly labels: string;
  readonly labelsHint: string;
  readonly results: string;
  readonly says: string;
  readonly cutOpen: string;
  readonly right: string;
  readonly wrong: string;
  readonly score: string;
  readonly missing: string;
  readonly addMissing: string;
  readonly missingHint: string;
  readonly filled: string;
  readonly notYet: string;
}

const en: Texts = {
  colour: ['green', 'green and yellow', 'yellow'],
  softness: ['hard', 'gives a little', 'soft'],
  look: '{colour}, {softness}',
  mango: 'Mango {id}: {look}',
  current: 'Mango {id} of {total}: {look}',
  question: 'Is it ready to sell?',
  ready: 'Ready',
  notReady: 'Not ready yet',
  fillIn: 'Label the rest for me',
  allLabelled: 'All {total} mangoes are labelled. Your model is trained.',
  test: 'Sort six new mangoes',
  restart: 'Start again',
  green: 'green',
  yellow: 'yellow',
  hard: 'hard',
  soft: 'soft',
  noExamples: 'No examples yet: the model knows nothing. Label the first mango.',
  map: 'Map of the mangoes, from green to yellow and from hard to soft. Examples labelled ready: {ready}. Labelled not ready: {notReady}. The model would say "ready" on {share} per cent of the map.',
  mapTested: 'New mangoes sorted wrongly: {wrong}.',
  legendReady: 'Labelled "ready"; on yellow ground the model says "ready"',
  legendNotReady: 'Labelled "not ready"; on striped ground the model says "not ready"',
  legendNow: 'The mango you are looking at',
  legendNew: 'A to F: the six new mangoes; a red ring means sorted wrongly',
  labels: 'Your labels: {count}. Change one',
  labelsHint: 'A tick means "ready".',
  results: 'Six new mangoes, cut open afterwards',
  says: 'Model says: {label}',
  cutOpen: 'Cut open: {label}',
  right: 'right',
  wrong: 'wrong',
  score: '{right} of {total} right, after {count} examples.',
  missing:
    'Look at E and F. They are of a kind that stays green when ripe. You had no example that was green and soft, so the model copied the nearest one it had. It gave no warning.',
  addMissing: 'Add three of the missing kind',
  missingHint: 'This kind stays green when ripe. Cut open, it is yellow and sweet.',
  filled: 'A few examples of the missing kind have filled the empty corner.',
  notYet: 'Some are still wrong. Look at the labels near them, change one and see what happens.',
};

const zh: Texts = {
  colour: ['青色', '青黄相间', '黄色'],
  softness: ['硬', '略软', '软'],
  look: '{colour}，{softness}',
  mango: '芒果 {id}：{look}',
  current: '第 {id} 个芒果（共 {total} 个）：{look}',
  question: '可以卖了吗？',
  ready: '可以卖',
  notReady: '还不能卖',
  fillIn: '其余的替我标好',
  allLabelled: '{total} 个芒果都标好了。你的模型训练好了。',
  test: '让它分拣六个新芒果',
  restart: '重新开始',
  green: '青',
  yellow: '黄',
  hard: '硬',
  soft: '软',
  noExamples: '还没有例子，模型什么都不知道。请标第一个芒果。',
  map: '芒果图：从青到黄，从硬到软。标为“可以卖”的例子：{ready} 个；标为“还不能卖”的：{notReady} 个。图上有 {share}% 的地方，模型会说“可以卖”。',
  mapTested: '分错的新芒果：{wrong}。',
  legendReady: '标为“可以卖”；在黄色区域，模型说“可以卖”',
  legendNotReady: '标为“还不能卖”；在条纹区域，模型说“还不能卖”',
  legendNow: '你正在看的芒果',
  legendNew: 'A 到 F：六个新芒果；红圈表示分错了',
  labels: '你的标签：{count} 个。可以修改',
  labelsHint: '打勾表示“可以卖”。',
  results: '六个新芒果，事后切开检查',
  says: '模型说：{label}',
  cutOpen: '切开后：{label}',
  right: '对',
  wrong: '错',
  score: '学了 {count} 个例子，{total} 个中分对 {right} 个。',
  missing:
    '看看 E 和 F。这个品种熟了还是青的。你的例子里没有又青又软的，所以模型照搬了最接近的那一个，而且没有任何提醒。',
  addMissing: '补上三个缺少的品种',
  missingHint: '这个品种熟了还是青的。切开来，果肉又黄又甜。',
  filled: '只要几个缺少的例子，空白的角落就补上了。',
  notYet: '还有分错的。看看它们附近的标签，改一个试试。',
};

const ms: Texts = {
  colour: ['hijau', 'hijau kekuningan', 'kuning'],
  softness: ['keras', 'agak lembut', 'lembut'],
  look: '{colour}, {softness}',
  mango: 'Mangga {id}: {look}',
  current: 'Mangga {id} daripada {total}: {look}',
  question: 'Sudah boleh dijual?',
  ready: 'Boleh dijual',
  notReady: 'Belum boleh dijual',
  fillIn: 'Labelkan yang selebihnya untuk saya',
  allLabelled: 'Kesemua {total} biji mangga sudah dilabel. Model anda sudah dilatih.',
  test: 'Asingkan enam biji mangga baharu',
  restart: 'Mula semula',
  green: 'hijau',
  yellow: 'kuning',
  hard: 'keras',
  soft: 'lembut',
  noExamples: 'Belum ada contoh: model tidak tahu apa-apa. Labelkan mangga pertama.',
  map: 'Peta mangga, daripada hijau ke kuning dan daripada keras ke lembut. Contoh berlabel boleh dijual: {ready}. Berlabel belum boleh dijual: {notReady}. Model akan berkata "boleh dijual" pada {share} peratus peta ini.',
  mapTested: 'Mangga baharu yang tersalah asing: {wrong}.',
  legendReady: 'Dilabel "boleh dijual"; di kawasan kuning model berkata "boleh dijual"',
  legendNotReady:
    'Dilabel "belum boleh dijual"; di kawasan berjalur model berkata "belum boleh dijual"',
  legendNow: 'Mangga yang sedang anda lihat',
  legendNew: 'A hingga F: enam biji mangga baharu; gelang merah bermaksud tersalah asing',
  labels: 'Label anda: {count}. Ubah label',
  labelsHint: 'Tanda bermaksud "boleh dijual".',
  results: 'Enam biji mangga baharu, dibelah selepas itu',
  says: 'Kata model: {label}',
  cutOpen: 'Setelah dibelah: {label}',
  right: 'betul',
  wrong: 'salah',
  score: '{right} daripada {total} betul, selepas {count} contoh.',
  missing:
    'Lihat E dan F. Jenis ini kekal hijau walaupun sudah masak. Tiada contoh anda yang hijau dan lembut, jadi model meniru contoh yang paling hampir. Ia tidak memberi sebarang amaran.',
  addMissing: 'Tambah tiga biji daripada jenis yang tiada',
  missingHint:
    'Jenis ini kekal hijau walaupun sudah masak. Apabila dibelah, isinya kuning dan manis.',
  filled: 'Beberapa contoh daripada jenis yang tiada sudah mengisi sudut yang kosong.',
  notYet: 'Masih ada yang salah. Lihat label berdekatan, ubah satu dan lihat kesannya.',
};

const ta: Texts = {
  colour: ['பச்சை', 'பச்சையும் மஞ்சளும்', 'மஞ்சள்'],
  softness: ['கடினம்', 'சற்று மென்மை', 'மென்மை'],
  look: '{colour}, {softness}',
  mango: 'மாம்பழம் {id}: {look}',
  current: '{total} மாம்பழங்களில் {id}-ஆவது: {look}',
  question: 'விற்கத் தயாரா?',
  ready: 'தயார்',
  notReady: 'இன்னும் தயாரில்லை',
  fillIn: 'மீதமுள்ளவற்றை எனக்காகக் குறியிடவும்',
  allLabelled: '{total} மாம்பழங்களும் குறியிடப்பட்டன. உங்கள் மாதிரி பயிற்சி பெற்றுவிட்டது.',
  test: 'ஆறு புதிய மாம்பழங்களைப் பிரிக்கவும்',
  restart: 'மீண்டும் தொடங்கவும்',
  green: 'பச்சை',
  yellow: 'மஞ்சள்',
  hard: 'கடினம்',
  soft: 'மென்மை',
  noExamples: 'இன்னும் எடுத்துக்காட்டுகள் இல்லை: மாதிரிக்கு எதுவும் தெரியாது. முதல் மாம்பழத்தைக் குறியிடவும்.',
  map: 'மாம்பழ வரைபடம்: பச்சையிலிருந்து மஞ்சள் வரை, கடினத்திலிருந்து மென்மை வரை. "தயார்" எனக் குறியிட்டவை: {ready}. "இன்னும் தயாரில்லை" எனக் குறியிட்டவை: {notReady}. வரைபடத்தில் {share} விழுக்காட்டு இடத்தில் மாதிரி "தயார்" என்று சொல்லும்.',
  mapTested: 'தவறாகப் பிரிக்கப்பட்ட புதிய மாம்பழங்கள்: {wrong}.',
  legendReady: '"தயார்" எனக் குறியிட்டது; மஞ்சள் பகுதியில் மாதிரி "தயார்" என்று சொல்லும்',
  legendNotReady:
    '"இன்னும் தயாரில்லை" எனக் குறியிட்டது; கோடுகள் உள்ள பகுதியில் மாதிரி "இன்னும் தயாரில்லை" என்று சொல்லும்',
  legendNow: 'நீங்கள் இப்போது பார்க்கும் மாம்பழம்',
  legendNew: 'A முதல் F வரை: ஆறு புதிய மாம்பழங்கள்; சிவப்பு வளையம் தவறாகப் பிரிக்கப்பட்டதைக் குறிக்கும்',
  labels: 'உங்கள் குறியீடுகள்: {count}. மாற்றவும்',
  labelsHint: 'சரிக்குறி "தயார்" என்பதைக் குறிக்கும்.',
  results: 'ஆறு புதிய மாம்பழங்கள், பிறகு வெட்டிப் பார்க்கப்பட்டன',
  says: 'மாதிரி சொல்வது: {label}',
  cutOpen: 'வெட்டிப் பார்த்தபோது: {label}',
  right: 'சரி',
  wrong: 'தவறு',
  score: '{count} எடுத்துக்காட்டுகளுக்குப் பிறகு, {total}-இல் {right} சரி.',
  missing:
    'E, F இரண்டையும் பாருங்கள். இந்த வகை பழுத்த பிறகும் பச்சையாகவே இருக்கும். பச்சையாகவும் மென்மையாகவும் இருக்கும் எடுத்துக்காட்டு எதுவும் உங்களிடம் இல்லை; ஆகவே மாதிரி மிக அருகில் இருந்ததை அப்படியே பின்பற்றியது. அது எந்த எச்சரிக்கையும் தரவில்லை.',
  addMissing: 'விடுபட்ட வகையில் மூன்றைச் சேர்க்கவும்',
  missingHint: 'இந்த வகை பழுத்த பிறகும் பச்சையாகவே இருக்கும். வெட்டினால் உள்ளே மஞ்சளாகவும் இனிப்பாகவும் இருக்கும்.',
  filled: 'விடுபட்ட வகையின் சில எடுத்துக்காட்டுகள் காலியாக இருந்த மூலையை நிரப்பிவிட்டன.',
  notYet: 'இன்னும் சில தவறாக உள்ளன. அவற்றின் அருகிலுள்ள குறியீடுகளில் ஒன்றை மாற்றிப் பாருங்கள்.',
};

export const texts = { en, zh, ms, ta } as const;

/** The words for a language tag such as "zh-SG"; English for a language that is not there. */
export function textsFor(tag: string): Texts {
  const language = tag.toLowerCase().split('-')[0] ?? '';
  return Object.hasOwn(texts, language) ? texts[language as keyof typeof texts] : en;
}

/** Puts values in the place of `{name}`; a name without a value stays as it is. */
export function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`);
}
