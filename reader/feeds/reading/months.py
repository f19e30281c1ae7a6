"""Names of months in feeds, in the languages of the Unicode CLDR."""

from __future__ import annotations

import re

from reader.text import fold

__all__ = ["MONTHS", "month_names_to_english"]

# One paragraph per month, here and below. These names are also known by their first letters, three or more.
_SHORTENED = """
january januar janvier enero gennaio janeiro januari styczeń stycznia январь января січня tammikuu tammikuuta
leden ledna január ianuarie ocak ιανουαρίου ιανουάριος gen jän jänner ene sty gener януари يناير ינואר

february februar février febrero febbraio fevereiro februari luty lutego февраль февраля лютого helmikuu
helmikuuta únor února február februarie şubat φεβρουαρίου φεβρουάριος fév fev lut úno febrer февруари فبراير
פברואר

march märz mars marzo março maart marzec marca март марта березня maaliskuu maaliskuuta březen března marec
március martie mart μαρτίου μάρτιος mrt mär maret marts bře març märts مارس מרץ

april avril abril aprile kwiecień kwietnia апрель апреля квітня huhtikuu huhtikuuta duben dubna április
aprilie nisan απριλίου απρίλιος abr kwi dub apríl април أبريل אפריל aprill

may mai mayo maggio maio mei maj maja май мая травня toukokuu toukokuuta květen května május mayıs μαΐου μάιος
mag kvě máj maig مايو מאי

june juni juin junio giugno junho czerwiec czerwca июнь июня червня kesäkuu kesäkuuta červen června június
iunie haziran ιουνίου ιούνιος giu cze jún juny юни يونيو יוני

july juli juillet julio luglio julho lipiec lipca июль июля липня heinäkuu heinäkuuta červenec července július
iulie temmuz ιουλίου ιούλιος lug lip júl juliol юли يوليو יולי

august août agosto augustus sierpień sierpnia август августа серпня elokuu elokuuta srpen srpna augusztus
ağustos αυγούστου αύγουστος ago aoû sie srp augusti agustus agost أغسطس אוגוסט

september septembre septiembre settembre setembro wrzesień września сентябрь сентября вересня syyskuu
syyskuuta září szeptember septembrie eylül σεπτεμβρίου σεπτέμβριος sept set wrz zář setembre септември سبتمبر
ספטמבר

october oktober octobre octubre ottobre outubro październik października октябрь октября жовтня lokakuu
lokakuuta říjen října október octombrie ekim οκτωβρίου οκτώβριος okt ott out paź říj октомври أكتوبر אוקטובר

november novembre noviembre novembro listopad listopada ноябрь ноября marraskuu marraskuuta listopadu
noiembrie kasım νοεμβρίου νοέμβριος lis листопада ноември نوفمبر נובמבר

december dezember décembre diciembre dicembre dezembro grudzień grudnia декабрь декабря грудня joulukuu
joulukuuta prosinec prosince decembrie aralık δεκεμβρίου δεκέμβριος dez déc dic gru des desember pro desembre
декември ديسمبر דצמבר
"""
# These only as they stand: shortened, they would be weekdays or other months. An underscore stands for a space.
_EXACT = """
jaanuar jaan janvāris sausio saus sausis januára січень студзеня сту студзень јануар јан siječnja sij siječanj
јануари yanvar yan janar xaneiro xan urtarrila urt ionawr ion eanáir ean มกราคม ม.ค जनवरी जन जानेवारी जाने
জানুয়ারি জানু ஜனவரி ஜன ژانویه كانون_الثاني იანვარი იან հունվարի հնվ հունվար қаңтар қаң جنوری januarie januaro
tháng_một בינואר

veebruar veebr februāris vasario vas vasaris februára лютий лютага люты фебруар феб veljače velj veljača fevral
shkurt shk febreiro otsaila ots chwefror chwef chw feabhra feabh กุมภาพันธ์ ก.พ फ़रवरी फ़र फेब्रुवारी फेब्रु
ফেব্রুয়ারি ফেব பிப்ரவரி பிப் فوریه شباط თებერვალი თებ փետրվարի փտվ փետրվար ақпан ақп فروری pebrero peb februaro
tháng_hai בפברואר

kovo kov kovas березень сакавіка сак сакавік ožujka ožu ožujak martxoa mawrth márta mac มีนาคม มี.ค मार्च মার্চ
மார்ச் மார் آذار მარტი მარ մարտի մրտ մարտ наурыз нау مارچ marso marto tháng_ba במרץ

balandžio bal balandis apríla квітень красавіка кра красавік travnja tra travanj aprel prill pri apirila api
ebrill ebr aibreán aib เมษายน เม.ย अप्रैल एप्रिल एप्रि এপ্রিল এপ্রি ஏப்ரல் ஏப் آوریل نيسان აპრილი აპრ ապրիլի ապր
ապրիլ сәуір сәу اپریل aprilo tháng_tư באפריל

maijs gegužės geg gegužė травень мај svibnja svi svibanj maiatza bealtaine beal พฤษภาคม พ.ค मई मे মে மே مه أيار
მაისი მაი մայիսի մյս մայիս мамыр мам مئی majo tháng_năm במאי

juuni jūnijs birželio birž birželis čvn júna червень чэрвеня чэр чэрвень јун lipnja lipanj junij јуни iyun iyn
qershor qer xuño ekaina eka mehefin meh meitheamh meith มิถุนายน มิ.ย जून জুন ஜூன் ژوئن حزيران ივნისი ივნ
հունիսի հնս հունիս маусым мау جون junie hunyo hun tháng_sáu ביוני

juuli jūlijs liepos liep liepa čvc júla липень ліпеня ліп ліпень јул srpnja srpanj julij јули iyul iyl korrik
korr xullo xul uztaila gorffennaf gorff gor iúil julai กรกฎาคม ก.ค जुलाई जुल जुलै জুলাই জুল ஜூலை ژوئیه تموز
ივლისი ივლ հուլիսի հլս հուլիս шілде шіл جولائی julie hulyo hul tháng_bảy ביולי

augusts rugpjūčio rugp rugpjūtis augusta серпень жніўня жні жнівень avgust avg kolovoza kol kolovoz avqust avq
gusht gush ag abuztua abu lúnasa ogos ogo สิงหาคม ส.ค अगस्त अग ऑगस्ट ऑग আগস্ট আগ ஆகஸ்ட் ஆக اوت آب აგვისტო აგვ
օգոստոսի օգս օգոստոս тамыз там اگست aŭgusto tháng_tám agt באוגוסט

septembris rugsėjo rugs rugsėjis septembra вересень верасня верасень септембар septembar rujna ruj rujan
sentyabr sentabr shtator iraila ira medi meán_fómhair mfómh กันยายน ก.ย सितंबर सित सप्टेंबर सप्टें সেপ্টেম্বর
সেপ সেপ্ট செப்டம்பர் செப் سپتامبر أيلول სექტემბერი სექ սեպտեմբերի սեպ սեպտեմբեր қыркүйек қыр ستمبر setyembre
septembro tháng_chín בספטמבר

oktoober oktobris spalio spal spalis októbra жовтень кастрычніка кас кастрычнік октобар oktobar oktyabr oktabr
tetor tet urria urr hydref hyd deireadh_fómhair dfómh ตุลาคม ต.ค अक्टूबर अक्टू ऑक्टोबर ऑक्टो অক্টোবর অক্টো
அக்டோபர் அக் اکتبر تشرين_الأول ოქტომბერი ოქტ հոկտեմբերի հոկ հոկտեմբեր қазан қаз اکتوبر oktubre oktobro
tháng_mười באוקטובר

novembris lapkričio lapkr lapkritis novembra лістапада ліс лістапад новембар нов novembar studenoga stu studeni
noyabr noy nëntor nën azaroa aza tachwedd tach samhain samh พฤศจิกายน พ.ย नवंबर नव नोव्हेंबर नोव्हें নভেম্বর নভে
நவம்பர் நவ نوامبر تشرين_الثاني ნოემბერი ნოე նոյեմբերի նոյ նոյեմբեր қараша қар نومبر nobyembre nob tháng_mười_một
בנובמבר

detsember dets decembris gruodžio gruod gruodis decembra грудень снежня сне снежань децембар дец decembar
prosinca prosinac dekabr dek dhjetor dhj decembro abendua abe rhagfyr rhag nollaig noll disember dis ธันวาคม ธ.ค
दिसंबर दिस डिसेंबर डिसें ডিসেম্বর ডিসে டிசம்பர் டிச دسامبر كانون_الأول დეკემბერი დეკ դեկտեմբերի դեկ դեկտեմբեր
желтоқсан жел دسمبر disyembre tháng_mười_hai בדצמבר
"""


def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for number, words in enumerate(_SHORTENED.split("\n\n"), start=1):
        for word in map(fold, words.split()):
            names.setdefault(word, number)
            # English comes first, so that it wins.
            for length in range(3, len(word)):
                names.setdefault(word[:length], number)
    for number, words in enumerate(_EXACT.split("\n\n"), start=1):
        for word in words.split():
            names.setdefault(fold(word.replace("_", " ")), number)
    return names


MONTHS = _months()
_ENGLISH = tuple(words.split()[0] for words in _SHORTENED.split("\n\n"))
_PARTS = sorted((word.replace("_", " ") for word in _EXACT.split() if re.search(r"[_.]", word)), key=len, reverse=True)
_COMPOUND = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)\.?" for name in _PARTS))
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_NUMBERED = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]|(十?[一二三四五六七八九十])月|th[aá]ng\s(\d{1,2})")


def month_names_to_english(text: str) -> str:
    """Return a casefolded text with numbered months, and names of several words or dots, as English names."""
    return _NUMBERED.sub(_numbered, _COMPOUND.sub(_compound, text))


def _compound(found: re.Match[str]) -> str:
    return f" {_ENGLISH[MONTHS[fold(found[0].removesuffix('.'))] - 1]} "


def _numbered(found: re.Match[str]) -> str:
    number = _NUMERALS.index(found[2]) + 1 if found[2] else int(found[1] or found[3])
    return f" {_ENGLISH[number - 1]} " if 1 <= number <= 12 else found[0]
