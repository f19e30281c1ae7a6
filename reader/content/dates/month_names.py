"""Names of months and weekdays in some fifty languages, without case and accents (see ``text.fold``).

Taken from the Unicode CLDR (https://cldr.unicode.org, Unicode License V3), version 47. A name that means different
months in two languages is omitted (``listopad`` is October in Croatian and November in Czech and Polish), unless it is
English: the English meaning wins.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MONTHS", "WEEKDAYS"]

_NAMES = (
    (
        "eanair ene enero gen gener gennaio ian ianuarie ionawr jaanuar jan janar janeiro januar januara januari "
        "januarie january janv janvaris janvier led leden ledna oca ocak sausio sausis sijecanj sijecnja sty "
        "styczen stycznia tammi tammikuu tammikuuta urtarrila xaneiro yanvar ιαν ιανουαριοσ ιανουαριου студзень "
        "студзеня січ січень січня янв январь января яну януари јануар јануари қаңтар հունվար հունվարի ינואר جنوری "
        "يناير जनवरी জানুয়ারী იანვარი"
    ),
    (
        "chwefror feabhra feb febbraio febr febreiro febrer febrero februar februara februari februarie februaris "
        "february fev fevereiro fevr fevral fevrier helmi helmikuu helmikuuta lut lutego luty otsaila pebrero "
        "shkurt sub subat uno unor unora vasario vasaris veebruar veljaca veljace φεβ φεβρουαριοσ φεβρουαριου "
        "ақпан лют лютага лютии лютого люты фебруар фев февр февраль февраля февруари փետրվար փետրվարի פברואר "
        "فبراير فروری फ़रवरी ফেব্রুয়ারী თებერვალი"
    ),
    (
        "bre brezen brezna kovas kovo maalis maaliskuu maaliskuuta maart mac machi mar marc marca march marcius "
        "marco marec maret mars marso mart marta martie marts martxoa marz marzec marzo mawrth mrt ozujak ozujka "
        "μαρ μαρτιοσ μαρτιου бер березень березня мар март марта наурыз сакавік сакавіка մարտ մարտի מרץ مارس مارچ "
        "मार्च মার্চ მარტი"
    ),
    (
        "abr abril aibrean apirila apr aprel april aprila aprile aprili aprilie aprilis aprill avr avril balandis "
        "balandzio dub duben dubna ebrill huhti huhtikuu huhtikuuta kwi kwiecien kwietnia nis nisan prill travanj "
        "travnja απρ απριλιοσ απριλιου апр апрель апреля април квіт квітень квітня красавік красавіка сәуір ապրիլ "
        "ապրիլի אפריל ابريل اپریل अप्रैल এপ্রিল აპრილი"
    ),
    (
        "bealtaine geguze geguzes kve kveten kvetna mag maggio mai maiatza maig maijs maio maj maja majus may "
        "mayis mayo mei svibanj svibnja touko toukokuu toukokuuta μαι μαιοσ μαιου маи мамыр мая мај трав травень "
        "травня մայիս մայիսի מאי مايو ميی მაისი"
    ),
    (
        "birzelio birzelis cerven cervna cvn cze czerwca czerwiec ekaina giu giugno haz haziran hunyo iun iunie "
        "iyun juin jun juna june junho juni junie junij junijs junio junius juny juuni kesa kesakuu kesakuuta "
        "lipanj lipnja mehefin meitheamh qershor xuno ιουν ιουνιοσ ιουνιου июн июнь июня маусым черв червень "
        "червня чэрвень чэрвеня юни јун јуни հունիս հունիսի יוני جون يونيو जून জুন ივნისი"
    ),
    (
        "cervence cervenec cvc gorffennaf heina heinakuu heinakuuta hulyo iuil iul iulie iyul juil juillet jul "
        "jula julai julho juli julie julij julijs julio juliol julius july juuli korrik liepa liepos lipca lipiec "
        "lug luglio srpanj srpnja tem temmuz uztaila xullo ιουλ ιουλιοσ ιουλιου июл июль июля лип липень липня "
        "ліпень ліпеня шілде юли јул јули հուլիս հուլիսի יולי جولايی يوليو जुलाई জুলাই ივლისი"
    ),
    (
        "abuztua ago agost agosti agosto agu agust agustos agustus aout aug august augusta augusti augusts "
        "augustus augusztus avgust avqust awst elo elokuu elokuuta gusht kolovoz kolovoza lunasa ogos rugpjucio "
        "rugpjutis sie sierpien sierpnia srpen srpna αυγ αυγουστοσ αυγουστου авг август августа жнівень жніуня "
        "серп серпень серпня тамыз օգոստոս օգոստոսի אוגוסט اغسطس اگست अगस्त আগস্ট აგვისტო"
    ),
    (
        "eyl eylul iraila medi rugsejis rugsejo rujan rujna sentabr sentyabr sep sept septemba september septembra "
        "septembre septembrie septembris septiembre set setembre setembro settembre setyembre shtator syys syyskuu "
        "syyskuuta szept szeptember wrz wrzesien wrzesnia zar zari σεπ σεπτεμβριοσ σεπτεμβριου вер верасень "
        "верасня вересень вересня сент сентябрь сентября сеп септембар септември қыркүиек սեպտեմբեր սեպտեմբերի "
        "ספטמבר سبتمبر ستمبر सितंबर সেপ্টেম্বর სექტემბერი"
    ),
    (
        "eki ekim hydref loka lokakuu lokakuuta oct october octobre octombrie octubre okt oktabr oktoba oktober "
        "oktobra oktobris oktoober oktubre oktyabr ott ottobre out outubro paz pazdziernik pazdziernika rij rijen "
        "rijna spalio spalis tetor urria οκτ οκτωβριοσ οκτωβριου жовт жовтень жовтня кастрычнік кастрычніка окт "
        "октобар октомври октябрь октября қазан հոկտեմբեր հոկտեմբերի אוקטובר اكتوبر اکتوبر अक्टूबर অক্টোবর "
        "ოქტომბერი"
    ),
    (
        "azaroa kas kasim lapkricio lapkritis listopadu marras marraskuu marraskuuta nentor nobyembre noiembrie "
        "nov novemba november novembra novembre novembris novembro noviembre noyabr samhain studeni studenoga "
        "tachwedd νοε νοεμβριοσ νοεμβριου лист листопад листопада лістапад лістапада новембар ное ноември нояб "
        "ноябрь ноября қараша նոյեմբեր նոյեմբերի נובמבר نوفمبر نومبر नवंबर নভেম্বর ნოემბერი"
    ),
    (
        "abendua ara aralik dec december decembra decembre decembrie decembris decembro dekabr des desemba "
        "desember desembre detsember dez dezember dezembro dhjetor dic dicembre diciembre disember disyembre gru "
        "grudnia grudzien gruodis gruodzio joulu joulukuu joulukuuta nollaig pro prosinac prosinca prosince "
        "prosinec rhagfyr δεκ δεκεμβριοσ δεκεμβριου груд грудень грудня дек декабрь декабря декември децембар "
        "желтоқсан снежань снежня դեկտեմբեր դեկտեմբերի דצמבר دسمبر ديسمبر दिसंबर ডিসেম্বর დეკემბერი"
    ),
)
MONTHS: Mapping[str, int] = MappingProxyType(
    {name: month for month, names in enumerate(_NAMES, start=1) for name in names.split()}
)
"""Name or abbreviation of a month → its number."""

_WEEKDAYS = (
    "carsamba csutortok ctvrtek cuma cumartesi czwartek di dienstag dijous dilluns dim dimanche dimarts "
    "dimecres dinsdag dissabte diumenge divendres do dom domenica domingo donderdag donnerstag duminica "
    "feira fr fredag freitag fri friday giovedi hetfo jeu jeudi jue jueves jumat kamis kedd keskiviikko "
    "keskiviikkona lauantai lauantaina lordag lun lundi lunedi lunes luni maanantai maanantaina maandag "
    "mandag mardi martedi martes marti mer mercoledi mercredi mi mie miercoles miercuri minggu mittwoch mo "
    "mon monday montag nedele niedz niedziela onsdag patek pazar pazartesi pentek perjantai perjantaina "
    "persembe piatek pondeli poniedzialek quarta quinta rabu sa sab sabado sabato sabtu sali sam sambata "
    "samedi samstag sat saturday segunda selasa senin sexta so sobota sondag sonntag sroda streda sun sunday "
    "sunnuntai szerda szombat terca thu thur thurs thursday tiistai tiistaina tirs tirsdag tisdag tors "
    "torsdag torstai torstaina tue tues tuesday utery vasarnap ven vendredi venerdi vie viernes vineri "
    "vrijdag wed wednesday weds woensdag wtorek zaterdag zondag δευτερα κυριακη παρασκευη πεμπτη σαββατο "
    "τεταρτη τριτη воскресенье вс вт вторник вівторок неделя неділя пʼятниця петък пн понеделник понедельник "
    "понеділок пт пятница сб середа ср среда сряда суббота субота събота четвер четверг четвъртък чт"
)
WEEKDAYS = frozenset(_WEEKDAYS.split())
"""Names and abbreviations of weekdays."""
