/**
 * Function words by language, as people write them; they are cleaned and folded before use. Words that only questions
 * and requests have are apart: they are dropped from queries, never from papers.
 */
const FUNCTION_WORDS: Readonly<Record<string, string>> = {
  en: `a about above after again against all am an and any are aren't as at be because been before being below between both but by can can't cannot could
    couldn't did didn't do does doesn't doing don't down during each few for from further had hadn't has hasn't have haven't having he her here hers herself him
    himself his how i if in into is isn't it it's its itself just let's me more most mustn't my myself no nor not of off on once only or other ought our ours
    ourselves out over own same shan't she should shouldn't so some such than that that's the their theirs them themselves then there these they this those
    through to too under until up upon very was wasn't we were weren't what when where which while who whom whose why will with won't would wouldn't you your
    yours yourself yourselves also may might must shall us via per`,
  fr: `à a ai aie aient ait alors après as au aucun aussi autre aux avaient avait avant avec avez avoir avons c ce ceci cela celle celles celui ces cet cette ceux
    chaque chez comme contre d dans de depuis des donc dont du elle elles en encore entre est et étaient était étant été être eu eux fait fut furent il ils j je
    jusqu l la laquelle le lequel les lesquelles lesquels leur leurs lors lorsqu m ma mais me même mêmes mes moi mon n ne ni nos notre nous on ont or ou où par
    parce pas pendant peu plus pour puis puisqu qu quand que quel quelle quelles quels qui quoi s sa sans se selon sera serait seront ses si soit son sont sous
    sur t ta te tes toi ton tous tout toute toutes très tu un une vers vos votre vous y`,
  es: `a al algo alguna algunas alguno algunos ante antes aquel aquella aquellas aquellos aquí aunque bajo cada como con contra cual cuales cuando de del desde donde
    dos durante e el él ella ellas ellos en entre era eran eres es esa esas ese eso esos esta está están estaba estaban estas este esto estos estoy fue fueron
    ha haber había habían han hasta hay la las le les lo los más me mi mientras mis mucho muchos muy nada ni no nos nosotros nuestra nuestras nuestro nuestros
    o os otra otras otro otros para pero poco por porque pues que qué quien quienes se sea según ser si sí sido siendo sin sino sobre son su sus también tan
    tanto te tiene tienen toda todas todo todos tras tu tus u un una unas uno unos y ya yo`,
  pt: `a à ao aos aquela aquelas aquele aqueles aquilo as às até com como da das de dela delas dele deles depois do dos e é ela elas ele eles em entre era eram essa
    essas esse esses esta está estão estas este estes eu foi foram há isso isto já lhe lhes mais mas me mesmo meu meus minha muito na não nas nem no nos nós
    nossa nosso num numa o os ou para pela pelas pelo pelos por qual quais quando que quem são se seja sem ser seu seus só sua suas também te tem têm ter tu um
    uma você vocês`,
  it: `a ad agli ai al alla alle allo anche avere c che chi ci col come con contro cui d da dagli dai dal dalla dalle dallo degli dei del della delle dello di dopo
    dove e è ed era erano essere fra furono gli ha hanno i il in io l la le lei li lo loro lui ma me mi mia mio ne negli nei nel nella nelle nello no noi non
    nostra nostro o per perché più poi quale quali quando quella quelle quelli quello questa queste questi questo s se sei senza si sia sono sta su sua sue sugli
    sui sul sulla sulle sullo suo suoi tra tu tutti tutto un una uno v vi voi`,
  de: `ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da dabei dadurch daher damit dann das dass daß dein dem
    den denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch für
    gegen hab habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder jedes jene
    kann kein keine keinem keinen keiner können könnte man mehr mein mich mir mit nach nachdem nicht noch nun nur ob oder ohne sehr sein seine seinem seinen
    seiner seit selbst sich sie sind so sodass solche soll sollte sondern sonst sowie über um und uns unser unter vom von vor während war waren was weil welche
    welchem welchen welcher welches wenn wer werde werden wie wieder will wir wird wo wurde wurden zu zum zur zwar zwischen`,
  nl: `aan als bij dat de den der deze die dit door dus een en er ge geen had heb hebben heeft het hij hoe hun ik in is je kan maar me meer men met mij na naar niet
    nog nu of om omdat onder ons onze ook op over te tegen toch toen tot u uit uw van veel voor want was wat we wel werd wie wij wordt worden ze zich zij zijn zo
    zou`,
  ro: `a acea aceasta această aceea acei aceia acel acela acele acelea acest acesta aceste acestea acești acestei acestor acestui ai aici al ale am ar are as aș asta
    astfel asupra atât au avea avut că când care căreia căruia cât către ce cea cei cel cele celor ci cine cu cum da dacă dar de deci decât deși din dintre
    doar după ea ei el ele era erau este eu face fi fie fiecare fiind foarte fost i îi îl îmi în înainte încă între îți l la le li lor lui m mai mea mi multe
    mult ne nici noi nostru noastră nu o ori oricare pe pentru peste prin sa să sale sau se și sunt sub sus ta te tot toate toți tu un una unde unei unele unii
    unor unui va vă vom vor voi`,
  tr: `acaba ama ancak artık asla aslında ayrıca az bana bazı belki ben benim beri bile bir biraz biri birkaç birçok biz bizim bu buna bunda bundan bunlar bunları
    bunu bunun burada çok çünkü da daha dahi de defa değil diğer diye dolayı en fakat gibi göre hala hangi hatta hem henüz hep hepsi her hiç için idi ile ise
    işte itibaren kadar karşın kendi kez ki kim madem mı mi mu mü nasıl ne neden nedenle nerede niye o olan olarak oldu olduğu olduğunu olmak olması olup
    olur ona ondan onlar onların onu onun oysa öyle pek rağmen sadece sana sanki sen siz sonra şey şu şuna tarafından tüm üzere var ve veya ya yani yapılan yine
    yok zaten`,
  vi: `và là của có cho các những một được trong với không này đã khi từ đến ra vào ở để theo về như cũng sẽ đó hay hoặc thì mà bị do bởi nhưng nếu vì tại trên dưới
    sau trước còn rất nên lại đang chỉ cả mỗi mọi nhiều hơn rằng ông bà họ nó ai gì nào đâu sao bao nhiêu thế mấy`,
  el: `ο η το οι τα του της των τον την τους τις στο στη στην στον στα στις στους και κι κ να θα με σε για από απο που πως ότι οτι δεν δε μη μην ως αν ή ένα ένας μια
    μία αυτό αυτός αυτή αυτά αυτές αυτοί εκείνο όπως όταν ενώ είναι ήταν έχει έχουν είχε είχαν μου σου μας σας όσο όλα όλες όλοι κατά μετά πριν προς μέχρι υπό
    παρά επί διά χωρίς αλλά όμως επίσης πολύ πιο τι ποιος ποια ποιο ποιοι ποιες ποιον ποιους πού πόσο πόσα πόσοι πόσες γιατί πότε`,
  ru: `а без более больше будет будто бы был была были было быть в вам вас вдруг ведь во вот впрочем все всё всегда всего всех всю вы где да даже для до другой его
    ее её ей ему если есть еще ещё ж же за зачем здесь и из или им иногда их к как какая какой какие каких какую кем кого когда которая которого которой которые
    который которых которую которым кто куда ли либо лучше между меня мне много может можно мой моя мы на над надо наконец нас не него нее неё ней нельзя нет ни
    нибудь никогда ним них ничего но ну о об один одной он она они оно опять от перед по под после потом потому почти при про раз разве с сам свое своего своей
    свои своих свою себе себя сейчас со так также такой там тебя тем теперь то тогда того тоже той только том тот три ту ты у уж уже хоть хотя чего чем через что
    чтоб чтобы чуть эта эти этим этих это этого этой этом этот эту я`,
  uk: `а але б без би був була були було бути в вас ви від він вона вони воно для до є ж за з зі і із й його її їх як який яка які якого якої яких коли лише на над
    не ні о об по під після при про с та так також там те ти то тобто того той тому у хто це цей ця ці цього цієї чи що щоб я`,
  uz: `va bilan uchun ham bu shu u ular biz siz men sen esa emas lekin ammo yoki agar deb degan kabi har bir barcha hamma o'z o'zi o'zining edi ekan bo'lgan bo'lib
    bo'ladi bo'lsa bo'yicha haqida haqidagi to'g'risida tomonidan orqali kerak mumkin bor yo'q faqat hali yana ko'ra qarshi keyin oldin davomida chunki balki
    va'ning uning ularning bizning sizning unga unda undan uni ularni ularga shuningdek hamda ya'ni necha qanday qaysi kim nima qachon qayer qayerda nega qancha
    ва билан учун ҳам бу шу у улар биз сиз мен сен эса эмас лекин аммо ёки агар деб деган каби ҳар бир барча ҳамма ўз ўзи ўзининг эди экан бўлган бўлиб бўлади
    бўлса бўйича ҳақида тўғрисида томонидан орқали керак мумкин бор йўқ фақат ҳали яна кўра қарши кейин олдин давомида чунки унинг уларнинг шунингдек ҳамда яъни`,
  ar: `في من على إلى الى عن مع هذا هذه ذلك تلك هؤلاء التي الذي الذين اللذين اللاتي ما لا لم لن ليس ليست ان أن إن أنه أنها إنه إنها كان كانت كانوا يكون تكون قد لقد
    كل بعض غير بين بعد قبل عند عندما حتى ثم أو او أم و ف ب ك ل هو هي هم هن نحن أنا أنت كما كذلك أيضا ايضا منذ خلال حول ضد دون بدون فوق تحت أي أية إذا اذا إذ
    لكن ولكن بل لو لولا حيث وقد فقد وكان وهو وهي ومن وفي وعلى وإلى وأن التى له لها لهم به بها بهم فيه فيها منه منها عليه عليها إليه إليها عنه عنها هناك هنا
    يتم تم سوف ضمن نحو مثل أما إلا سوى`,
  fa: `و در به از که این را با است برای آن یک خود تا کرد بر هم نیز گفت می ها های شد شده شود او ما اما یا اگر همه بود بین پس اند وی باید هر دیگر`,
  he: `של על את הוא היא הם הן זה זאת זו אלה אני אתה אנחנו לא כן כי אם או גם עם כל יש אין היה היתה היו אשר ש ה ו ב ל מ כ אל מן בין לפני אחרי רק אבל עד כמו מה מי`,
  hi: `का के की में से को है हैं था थे थी और या एक यह ये वह वे उस इस उन इन पर ने भी तो ही कि जो जिस जिन जब तब तक लिए साथ द्वारा कर करने करना किया किए गया गए गई
    हुआ हुई हुए होता होती होते हो होने रहा रहे रही अपने अपनी अपना नहीं न कुछ कोई सभी बाद पहले जैसे तथा एवं लेकिन अगर यदि उसके उनके इसके इनके उसकी उनकी इसकी
    उसका उनका इसका मैं हम आप तुम था दिया दी बहुत क्या कौन किस किसने कब कहाँ कहां क्यों कैसे कितने कितनी कितना कौनसा`,
  th: `ที่ และ ใน ของ เป็น การ มี ได้ ว่า จะ ให้ กับ จาก โดย ไม่ นี้ นั้น ก็ แต่ หรือ ซึ่ง เพื่อ ความ แล้ว อยู่ ไป มา ถูก คือ เมื่อ ยัง ต้อง ต่อ ตาม คน อะไร ใคร ไหน เท่าไร
    เท่าไหร่ อย่างไร ทำไม เมื่อไร เมื่อไหร่ กี่ ใด บ้าง ไร ด้วย กว่า ทั้ง อีก เขา เธอ มัน พวก ๆ`,
  zh: `的 了 在 是 我 有 和 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 好 自己 这 那 与 及 或 被 把 对 从 以 为 其 之 而 并 但 于 他 她 它 他们 她们 它们
    我们 你们 这个 那个 这些 那些 中 等 所 能 可以 因为 所以 如果 由 向 将 还 又 更 最 个 們 個 這 與 為 對 從 並 於 將 還 會 沒有`,
  ja: `の に は を た が で て と し れ さ ある いる も する から な こと として い や など なっ ない この ため その あっ よう また もの という あり まで られ なる へ か だ これ によって
    により おり より による ず なり られる において それ`,
};

const QUESTION_WORDS: Readonly<Record<string, string>> = {
  en: `what who whom whose when where which why how many much long far often explain describe tell find show give list name please anyone anything known
    did does do there any`,
  fr: `combien comment pourquoi quand quel quelle quels quelles qui que quoi où lequel laquelle est-ce quelqu expliquez montrez trouvez`,
  es: `cuál cuáles cuándo cuánta cuántas cuánto cuántos cómo dónde qué quién quiénes por`,
  pt: `qual quais quando quanto quantos quanta quantas como onde quê quem porque porquê`,
  it: `quale quali quando quanto quanti quanta quante come dove chi cosa perché`,
  de: `was wer wen wem wessen wann wo wohin woher warum weshalb wie welche welcher welches wieviel wieviele viele viel`,
  nl: `wat wie waar wanneer waarom hoe welke hoeveel`,
  ro: `ce cine când unde cum care câți câte cât câtă cui de`,
  tr: `ne nedir kim kimdir kimin hangi hangisi nasıl neden niçin nerede nereye nereden kaç kaçtır zaman`,
  vi: `gì ai nào đâu sao mấy bao nhiêu khi tại`,
  el: `τι ποιος ποια ποιο ποιοι ποιες πού πόσο πόσα πόσοι πόσες γιατί πότε πώς`,
  ru: `что кто кого кому кем где куда откуда когда почему зачем как какой какая какое какие каких каким какую который сколько чей чья чьи ли`,
  uk: `що хто де куди коли чому як який яка яке які скільки чий`,
  uz: `kim nima qachon qayer qayerda qayerga nega qanday qaysi qancha necha nechta кима нима ким қачон қаерда нега қандай қайси қанча неча нечта`,
  ar: `ما ماذا من متى أين كيف كم لماذا هل أي أية لمن مما بماذا`,
  fa: `چه چی کی چرا چگونه کجا کدام چند آیا`,
  he: `מה מי מתי איפה היכן למה מדוע איך כמה איזה איזו האם`,
  hi: `क्या कौन किस किसने किसे कब कहाँ कहां क्यों कैसे कितने कितनी कितना कौनसा`,
  th: `อะไร ใคร ไหน ที่ไหน เท่าไร เท่าไหร่ อย่างไร ทำไม เมื่อไร เมื่อไหร่ กี่ ใด`,
  zh: `什么 什麼 谁 誰 哪 哪里 哪裡 哪个 哪個 哪些 哪年 怎么 怎麼 怎样 如何 为什么 為什麼 多少 几 幾 何时 何時 吗 嗎 呢 什 么 麼 为 为何 是谁`,
  ja: `何 誰 いつ どこ なぜ どう どの どれ いくつ どのように`,
};

const listed = (words: string | undefined): string[] => (words === undefined ? [] : words.split(/\s+/u));

/** The function words of a language, as written; empty for a language without a list. */
export const functionWords = (language: string): string[] => listed(FUNCTION_WORDS[language]);

/** The words that only questions have, as written. */
export const questionWords = (language: string): string[] => listed(QUESTION_WORDS[language]);
