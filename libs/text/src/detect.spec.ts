import { detectLanguage } from './index.js';

describe('the language of a text', () => {
  test.each([
    ['en', 'The Ambassador asked whether the agreement would be signed before the end of the year.'],
    ['fr', 'Le Gouvernement a l’honneur de rappeler que les négociations ont été suspendues dans cette affaire.'],
    ['es', 'El Gobierno ha decidido que las negociaciones se celebren en la capital antes de fin de año.'],
    ['de', 'Die Regierung hat beschlossen, dass die Verhandlungen nicht in der Hauptstadt stattfinden.'],
    ['ru', 'Посольство имеет честь сообщить, что переговоры были отложены до конца года.'],
    ['uz', 'Elchixona shuni maʼlum qiladiki, muzokaralar yil oxiriga qadar davom etadi va bu haqda xabar beriladi.'],
    ['uz', 'Элчихона шуни маълум қиладики, музокаралар йил охирига қадар давом этади.'],
    ['ar', 'تتشرف السفارة بأن تفيد بأن المفاوضات قد أجلت إلى نهاية العام.'],
    ['zh', '大使馆谨通知，谈判已推迟到年底。'],
    ['ja', '大使館は交渉が年末まで延期されたことを通知する。'],
    ['el', 'Η Πρεσβεία έχει την τιμή να γνωστοποιήσει ότι οι διαπραγματεύσεις αναβλήθηκαν.'],
    ['th', 'สถานเอกอัครราชทูตขอแจ้งว่าการเจรจาถูกเลื่อนออกไป'],
    ['hi', 'दूतावास को यह सूचित करने का सम्मान है कि वार्ता स्थगित कर दी गई है।'],
    ['vi', 'Đại sứ quán trân trọng thông báo rằng các cuộc đàm phán đã được hoãn đến cuối năm.'],
    ['tr', 'Büyükelçilik, görüşmelerin yıl sonuna kadar ertelendiğini bildirmekten onur duyar.'],
    ['ro', 'Ambasada are onoarea de a informa că negocierile au fost amânate până la sfârșitul anului.'],
    ['', '1967 – 242'],
  ])('%s: %s', (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });
});
