import { describe, expect, it } from 'vitest';
import { rawZip } from '../../tests/support/raw-zip.ts';
import { parseAge, parseSex } from './age.ts';
import { parseCaptions, parsePythonList } from './captions.ts';
import { readMetadata } from './metadata.ts';
import { readCsvTable, readWorkbookTable } from './table-file.ts';

describe('parseAge', () => {
  it.each([
    ['41', 41, 41, 41],
    [' 66-year-old ', 66, 66, 66],
    ['66-year', 66, 66, 66],
    ['66 yrs', 66, 66, 66],
    ['1.5 years', 1.5, 1.5, 1.5],
    ['6 months', 0.5, 0.5, 0.5],
    ['40+', undefined, 40, undefined],
    ['>= 65 years', undefined, 65, undefined],
    ['under 5', undefined, 0, 5],
    ['40-49', undefined, 40, 49],
    ['40 to 49 years', undefined, 40, 49],
    ['60s', undefined, 60, 69],
    ['Young Child', undefined, 1, 4],
    ['Adult', undefined, 19, undefined],
  ])('%j', (text, years, low, high) => {
    expect(parseAge(text)).toEqual({ years, low, high });
  });
  it.each(['', 'unknown', '400', '49-40', '-3', 'forty', '4O'])('cannot read %j', (text) => {
    expect(parseAge(text)).toBeUndefined();
  });
  it('reads sexes', () => {
    expect(['F ', 'female', 'Woman', 'm', 'Male', 'boy'].map(parseSex)).toEqual(['F', 'F', 'F', 'M', 'M', 'M']);
    expect(['', '?', 'FM'].map(parseSex)).toEqual([undefined, undefined, undefined]);
  });
});

describe('parsePythonList', () => {
  it.each([
    ["['one']", ['one']],
    [String.raw`['one', "it's", 'it\'s']`, ['one', "it's", "it's"]],
    [String.raw`['a\nb\t\\ \xe9 \u00e9 \U0001F600 \101 \q']`, ['a\nb\t\\ é é 😀 A \\q']],
    ["['trailing',]", ['trailing']],
    ['[]', []],
    [" [ 'x' , 'y' ] ", ['x', 'y']],
  ])('%s', (text, strings) => {
    expect(parsePythonList(text)).toEqual(strings);
  });
  it.each(["['one'", "['one' 'two']", "['one]", '[one]', "['one',, 'two']", "['a']]", "'a'", '[1]', String.raw`['\U00110000']`, "['a'] ['b']"])('refuses %s', (text) => {
    expect(parsePythonList(text)).toBeUndefined();
  });
  it('takes plain text as one caption', () => {
    expect(parseCaptions(' (A) left, [B] right. ')).toEqual(['(A) left, [B] right.']);
    expect(parseCaptions('[A] a caption that begins with a bracket')).toEqual(['[A] a caption that begins with a bracket']);
    expect(parseCaptions("['broken")).toBeUndefined();
  });
});

describe('readMetadata', () => {
  const read = (csv: string) => readMetadata(readCsvTable(Buffer.from(csv), 'x.csv'));
  const header = 'File name,Patient ID,Age,Gender,Severity,DOI,Captions';

  it('types cells and keeps what was written', () => {
    const { rows, problems } = read(`${header}\na.png,Patient 180 ,40+,F ,severe ,10.1016/ S0140-6736(20)30154-9 ,"['one', 'two']"\n`);
    expect(problems).toEqual([]);
    expect(rows[0]).toMatchObject({
      row: 2,
      patient: { raw: 'Patient 180 ', value: 'Patient 180' },
      age: { raw: '40+', value: { low: 40 } },
      sex: { raw: 'F ', value: 'F' },
      doi: { value: '10.1016/S0140-6736(20)30154-9' },
      captions: { value: ['one', 'two'] },
      location: { raw: '', value: undefined },
    });
  });

  it('resolves "same as above" through several rows, and says so', () => {
    const { rows, problems } = read(`${header}\na.png,1,,,cough,,\nb.png,1,,,same as above,,\nc.png,1,,,Same as above,,\n`);
    expect(rows.map((row) => row.severity)).toEqual([{ raw: 'cough', value: 'cough' }, { raw: 'same as above', value: 'cough' }, { raw: 'Same as above', value: 'cough' }]);
    expect(problems.map(({ code, row, column }) => [code, row, column])).toEqual([['CELL_SAME_AS_ABOVE', 3, 'Severity'], ['CELL_SAME_AS_ABOVE', 4, 'Severity']]);
  });

  it('turns whatever it cannot read into a problem with its place', () => {
    const { rows, problems } = read(`${header},Extra\na.png,1,forty,?,,nonsense,"['broken",beyond,further\n,,,,,,rest of a caption\n,,,\n`);
    expect(problems.map(({ code, row, column }) => `${code} ${row} ${column ?? ''}`.trim())).toEqual([
      'COLUMN_UNKNOWN 1 Extra',
      'ROW_OVERFLOW 2',
      'CELL_UNREADABLE 2 Age',
      'CELL_UNREADABLE 2 Gender',
      'CELL_UNREADABLE 2 DOI',
      'CELL_UNREADABLE 2 Captions',
      'ROW_WITHOUT_NAME 3',
      'ROW_BLANK 4',
    ]);
    expect(rows[0]?.overflow).toEqual(['beyond', 'further']);
    expect(rows[1]?.captions.value).toEqual(['rest of a caption']);
  });

  it('knows the index column that pandas writes', () => {
    const { rows, problems } = read(',image name,patient id\r\n0,0.jpg,crawled_patient_0\r\n1,1%0.jpg,crawled_patient_1\r\n');
    expect(problems).toEqual([]);
    expect(rows.map((row) => [row.imageName.value, row.patient.value])).toEqual([['0.jpg', 'crawled_patient_0'], ['1%0.jpg', 'crawled_patient_1']]);
  });

  it('keeps a caption that was wrapped by hand with its apostrophes unescaped, and says so', () => {
    const { rows, problems } = read(`${header}\na.png,1,,,,,"['the model's view']"\n`);
    expect(rows[0]?.captions.value).toEqual(["the model's view"]);
    expect(problems.map((problem) => problem.code)).toEqual(['CELL_UNREADABLE']);
  });

  it('says when no column names the images', () => {
    expect(read('patient id\n1\n').problems.map((problem) => problem.code)).toContain('COLUMN_MISSING');
  });
});

describe('table files that do harm', () => {
  it.each([
    ['no zip', Buffer.from('not a workbook')],
    ['empty', Buffer.alloc(0)],
    ['a zip that is no workbook', rawZip([{ name: 'a.txt', content: 'x' }])],
    ['broken XML', rawZip([{ name: '[Content_Types].xml', content: '<Types' }, { name: 'xl/workbook.xml', content: '<workbook><sheets' }])],
    ['a name that leads out', rawZip([{ name: '../xl/workbook.xml', content: 'x' }])],
    ['a wrong checksum', rawZip([{ name: 'xl/workbook.xml', content: 'x', declaredCrc: 3 }])],
  ])('refuses a workbook: %s', async (_what, bytes) => {
    await expect(readWorkbookTable(bytes, 'x.xlsx')).rejects.toMatchObject({ code: 'BAD_WORKBOOK', message: expect.stringContaining('x.xlsx'), hint: expect.any(String) });
  });
  it.each([
    ['far to the right', '<row r="2"><c r="ZZZZZZZZ2"/></row>', 'LIMIT_EXCEEDED'],
    ['far down', "<x:row ht='3' r='999999999'><x:c/></x:row>", 'LIMIT_EXCEEDED'],
    ['in the last corner of a sheet', '<c\n s="1" r="XFD1048576">', 'LIMIT_EXCEEDED'],
    ['nowhere', '<c r="&#65;1">', 'BAD_WORKBOOK'],
  ])('refuses a cell %s, before its row is filled up to there', async (_where, content, code) => {
    await expect(readWorkbookTable(rawZip([{ name: 'xl/worksheets/sheet1.xml', content }]), 'x.xlsx')).rejects.toMatchObject({ code, message: expect.stringContaining('x.xlsx has'), hint: expect.any(String) });
  });
  it('refuses a workbook that is a zip bomb', async () => {
    await expect(readWorkbookTable(rawZip([{ name: 'xl/sharedStrings.xml', content: Buffer.alloc(20_000_000), method: 8 }]), 'x.xlsx')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
  it('refuses a broken or empty .csv, and reads one that is not UTF-8', () => {
    expect(() => readCsvTable(Buffer.from('a,"b\nc'), 'x.csv')).toThrow(expect.objectContaining({ code: 'BAD_TABLE' }));
    expect(() => readCsvTable(Buffer.alloc(0), 'x.csv')).toThrow(expect.objectContaining({ code: 'BAD_TABLE' }));
    expect(readCsvTable(Buffer.from('caf\xe9,b\n', 'latin1'), 'x.csv').header).toEqual(['café', 'b']);
  });
});
