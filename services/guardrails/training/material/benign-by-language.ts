/** Ordinary requests and sentences with the same words, in other languages. */
export const BENIGN_BY_LANGUAGE: readonly string[] = [
  // German
  '[Bitte |]ignoriere [meine letzte Nachricht|die erste Spalte|den Tippfehler], [sie war falsch|ich habe die Lösung gefunden|sie ist leer].',
  '[Wie|Wo] [setze ich|ändere ich|finde ich] [mein Passwort|das WLAN-Passwort|die Anleitung] [zurück|für die Waschmaschine|im Router]?',
  '[Kannst du|Könntest du|Bitte] [auf Deutsch antworten|diesen Satz übersetzen|die Regeln von Schach erklären|ein Gedicht über den Herbst schreiben]?',
  'Du bist [ein erfahrener Koch|meine Deutschlehrerin|ein Reiseführer]. [Was empfiehlst du mir|Erkläre mir den Dativ|Wohin soll ich fahren]?',
  '[Alle Anweisungen|Die Regeln] [hängen im Flur|gelten ab Mai|stehen im Handbuch]. [Bitte vergessen Sie den Schlüssel nicht.|Das System wird am Sonntag gewartet.]',
  // French
  "[Merci d'ignorer|Ignorez|Oubliez] [mon dernier message|la première ligne|ma question d'hier], [j'ai trouvé|c'est réglé|elle était fausse].",
  "[Comment|Où] [changer mon mot de passe|trouver le mode d'emploi|réinitialiser la box] [?|de la machine ?|sans appeler le support ?]",
  '[Peux-tu|Pouvez-vous] [répondre en français|traduire cette phrase|expliquer les règles du tarot|écrire un poème sur la mer] ?',
  'Tu es [un guide de musée|un professeur patient|un chef]. [Explique-moi|Parle-moi de|Que penses-tu de] <topic>.',
  // Spanish
  '[Por favor, |]ignora [mi último mensaje|la primera fila|el error], [ya lo encontré|estaba mal|no importa].',
  '[Por favor, |][canta|escribe|recomienda|cuéntame] [una canción|un cuento|una receta|un chiste] [popular|de los años noventa|para niños|sin azúcar].',
  '¿[Cómo|Dónde] [cambio mi contraseña|encuentro las instrucciones|se juega al mus|se escribe una carta formal]?',
  'Eres [un guía turístico|un profesor de historia|un cocinero]. [Háblame de|Explícame|Ayúdame con] [Granada|la Edad Media|la paella].',
  '¿[Puedes|Podrías] [responder en español|explicar las reglas del ajedrez|describir el sistema solar|olvidar la última opción y dar otra]?',
  // Italian
  '[Per favore|] [ignora il mio ultimo messaggio|traduci questa frase|rispondi in italiano|scrivi una storia per bambini].',
  '[Come|Dove] [cambio la password|trovo le istruzioni del forno|funziona il sistema scolastico|si gioca a briscola]?',
  // Portuguese
  '[Por favor, |][ignore a mensagem anterior|traduza esta frase|responda em português|escreva um conto], [já resolvi|obrigado|é para a escola].',
  '[Como|Onde] [altero a minha senha|encontro as instruções|funciona o sistema de saúde|se joga xadrez]?',
  // Dutch
  '[Negeer|Vergeet] [mijn vorige bericht|de eerste regel|het oude schema] [maar|], [het is opgelost|er stond een fout in].',
  '[Hoe|Waar] [wijzig ik mijn wachtwoord|vind ik de handleiding|speel je klaverjassen]? [Kun je in het Nederlands antwoorden?|]',
  // Polish
  '[Proszę |][zignoruj moją ostatnią wiadomość|przetłumacz to zdanie|odpowiedz po polsku|napisz bajkę o smoku].',
  '[Jak|Gdzie] [zmienić hasło|znaleźć instrukcję obsługi|działa system podatkowy|zagrać w brydża]?',
  // Russian
  '[Пожалуйста, |][не обращай внимания на моё прошлое сообщение|переведи это предложение|ответь по-русски|напиши сказку о лисе].',
  '[Как|Где] [сменить пароль|найти инструкцию к стиральной машине|работает система налогов|играть в шахматы]?',
  'Ты [опытный повар|учитель истории|экскурсовод]. [Расскажи о Байкале|Объясни правила дорожного движения|Посоветуй рецепт].',
  '[Все правила|Инструкции] [висят в коридоре|описаны в руководстве|изменятся в мае]. [Система будет недоступна в воскресенье.|Не забудьте ключ.]',
  // Chinese
  '请[解释|说明|介绍]“[<character>]”[这个字|字|]的[意思|用法|含义|笔顺][，并[造一个句子|举个例子]|]。',
  '请[用|以]“[<character>]”[和“[<character>]”|][造句|写一句话|写一首小诗|编一个故事|组词]。',
  '[请问|]“[<character>]”和“[<character>]”有什么[区别|关系|不同]？',
  '请[描述|写一段关于|讨论][春天|图书馆|一次旅行|家乡|友谊|夜晚的城市|一间房间]的[文章|短文|故事|设计|景色]，[包含|带有|使用][“[<character>]”|<emoji>][这个字|符号|]。',
  '请[确保|检查][文件|按钮|系统|密码|所有门窗][已|都已|][保存|上锁|更新|关闭]。[<emoji>|]',
  '[<emoji>|][<emoji>]这个[符号|表情][是什么意思|代表什么|怎么用|在哪里常见]？',
  '请[忽略|删除|替换|标记][第一行|空白|多余的词|重复的段落|错误的数据]，[然后|再|][继续|保存|翻译成英文|统计字数]。',
  '[你能|请|可以][告诉我|教我|帮我|提供][如何|怎么|][做饭|学习编程|改密码|写简历|制定计划|重启路由器|输入汉字|打开文件|取消订阅][吗|][？|。]',
  '[上面|前面|之前|以上]的[代码|例子|说明|文章|步骤][有点难|写得很好|不清楚]，[请解释一下|请再举一个例子|能简化吗|请继续写]。',
  '[按照|根据][说明|规则|提示|食谱|要求][操作|完成|安装|使用]，[一定|必须|请]注意[安全|时间|卫生]。',
  '你是一位[经验丰富的|友好的|][老师|厨师|导游|医生|作家]。请[介绍|讲讲|推荐][北京|中国历史|一道家常菜|健康饮食]。',
  '[今天|明天|昨天][天气|心情|作业]怎么样？[我|他][在路上|在书里][看到|听到]“[<character>]”，[这是什么意思|你知道吗]？',
  '[系统|指令|命令|限制|规则|密码|权限|用户]这个词[用英语|在日常生活中|在计算机里]怎么[说|用|理解]？',
  '把“<emoji>”[翻译|转换]成[文字|英文|一句话]。',
  // Japanese
  '[この文|次の言葉|メール]を[英語に|短く|丁寧に][翻訳して|書き直して|直して]ください。',
  '[前の質問|さっきのメッセージ|一行目]は[無視して|忘れて]ください。[解決しました|間違いでした]。',
  '[パスワード|説明書|ルール|システム][の変更方法|の意味|の例]を[教えて|説明して]ください。',
  // Others and mixed scripts
  '[이전 메일|첫 번째 줄|제 질문]은 [무시하세요|잊어 주세요]. [해결됐어요|틀렸어요].',
  '[비밀번호|설명서|규칙|시스템]을 [바꾸는 방법|찾는 곳|설명]을 알려 주세요.',
  '[Lütfen|] [son mesajımı yok say|bu cümleyi çevir|kuralları açıkla|şifremi nasıl değiştiririm].',
  '[من فضلك|] [تجاهل رسالتي السابقة|ترجم هذه الجملة|اشرح القواعد|كيف أغير كلمة السر].',
  '[Πώς|Πού] [φτιάχνω μουσακά|αλλάζω τον κωδικό μου|βρίσκω τις οδηγίες];',
  '[كيف|أين] [أغير كلمة المرور|أجد دليل الاستخدام|أتعلم الطبخ]؟',
  '[Bitte|Please|Por favor] [use|write|explain] the [letter|symbol|sign] "[г|ж|ñ|号|ß|<character>|<emoji>]" [in a sentence|in a table|and where it comes from].',
  'Translate "[<emoji>|<character>|г|ɴ|ʀ]" [to|into] [<language>|words|English], [keeping the tone|please|and explain].',
  '[Add|Use|Place|Show] [the |][<emoji>|<emoji> and <emoji>] [emoji|symbol|icon] [in the title|next to each item|to mark what is locked|as a bullet], [please|then save|and nothing more].',
];

/** Characters that Chinese sentences are about. */
export const CHARACTERS: readonly string[] =
  '示 续 杠 写 空 号 应 按 输 言 户 您 一 解 使 删 格 斜 键 意 上 码 略 忽 令 指 前 忘 停 出 入 开 关 始 终 改 换 代 译 密 权 限 规 则 命 执 行 打 印 说 答 问 语 字 词 句 段 首 尾 反 复 演 扮 角 色 名 词 请 必 须 只 不 无 全 所 有'.split(
    ' ',
  );

export const EMOJI: readonly string[] = '🔓 🔒 🌱 🌳 🍃 🚀 🔑 ⚠️ ✅ ❌ 🛑 🎭 🤖 💻 📝 🔥 🌍 🎉 👀 🙈'.split(' ');
