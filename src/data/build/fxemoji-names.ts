// FxEmoji names its drawings after old or private words; this table says which drawing is which concept.
// Only pairs that were looked at are listed: the drawing must show what the name says.

const PAIRS = `
grinning face=grinwide; grinning face with big eyes=grinwideeyes; grinning face with smiling eyes=grineyes;
beaming face with smiling eyes=grin; grinning squinting face=grinsquint; grinning face with sweat=grinsweat;
face with tears of joy=grintears; slightly smiling face=smallsmile; winking face=winking;
smiling face with smiling eyes=smileeyes; smiling face with halo=halo; smiling face with heart-eyes=hearteyes;
kissing face with smiling eyes=kisseyes; kissing face with closed eyes=kissclosedeyes; face blowing a kiss=kissing;
smiling face=whitesmilingface; face savoring food=smiletongue; face with tongue=tongueout;
winking face with tongue=tongueoutwink; squinting face with tongue=tongueoutwink2; neutral face=neutral;
grimacing face=grimacing; face with open mouth=openmouth; anguished face=anguish;
expressionless face=expressionless; face without mouth=nomouth; smirking face=smirk; unamused face=unamused;
relieved face=relieved; pensive face=pensive; sleepy face=sleepy; sleeping face=sleeping; confused face=confused;
face with medical mask=medicalmask; face with crossed-out eyes=dizzyface; worried face=worried;
slightly frowning face=smallfrown; frowning face=frownmouth; hushed face=hushed; astonished face=astonished;
flushed face=flushed; fearful face=fearful; anxious face with sweat=coldsweat; crying face=crying;
sad but relieved face=dissapointedrelief; loudly crying face=loudlycrying; face screaming in fear=screamfear;
confounded face=confounded; persevering face=perservere; disappointed face=disappointed; weary face=weary;
downcast face with sweat=sweat; tired face=tired; face with steam from nose=triumph; enraged face=pouting;
angry face=angry; smiling face with horns=devilhorns; angry face with horns=imp; pile of poo=poo;
skull and crossbones=blackskullcrossbones; hear-no-evil monkey=monkeyhear; see-no-evil monkey=monkeysee;
speak-no-evil monkey=monkeyspeak; heart with arrow=heartarrow; heart with ribbon=heartribbon; two hearts=2hearts;
yellow heart=heartyellow; green heart=heartgreen; blue heart=; purple heart=heartpurple;
hundred points=hundredpointssymbol; anger symbol=anger; dashing away=dash; sweat droplets=sweatsplash;
speech balloon=speechbubble; thought balloon=thoughtbaloon; waving hand=waving; raised hand=hand;
hand with fingers splayed=raisedhandsfingerssplayed; vulcan salute=raisedhandpartfingers; ok hand=aok;
index pointing up=index; clapping hands=clap; raising hands=hands; folded hands=pray; writing hand=leftwritinghand;
flexed biceps=flexbicep; mouth=lips; person pouting=pout; person frowning=frown; person gesturing no=nogesture;
person gesturing ok=okgesture; person raising hand=handup; person bowing=bowing; police officer=cop;
detective=sleuthspy; santa claus=fatherchristmas; person in suit levitating=maninbusinesssuitlevitating;
person golfing=golfer; person surfing=surfer; person rowing boat=rowboat; person swimming=swimming;
person lifting weights=weightlifter; person running=running; person mountain biking=bicyclist;
person taking bath=bath; women holding hands=girlgirl; kiss=couplekiss; speaking head=speakingheadinsilhouette;
cat=catside; cat face=cat; dog=dogside; dog face=dog; wolf=wolfface; tiger=tigerside; tiger face=tiger;
leopard=leopardside; pig=pigside; pig face=pig; fox=foxsmiling; pig nose=pigsnout; ewe=;
two-hump camel=bactriancamel; camel=dromedarycamel; mouse=mouseside; mouse face=mouse; hamster=hampster;
rabbit face=bunny; rabbit=bunnyside; panda=pandaface; dove=doveofpeace; front-facing baby chick=frontfacingchick;
dragon face=dragonhead; dragon=dragonside; spouting whale=spurtingwhale; bouquet=bouquetofflowers;
rosette=blackrosette; evergreen tree=evergreen; sheaf of rice=earofrice; fallen leaf=fallingleaf;
leaf fluttering in wind=leaffluttering; eggplant=aubergine; ear of corn=earofmaize; hot pepper=chilipepper;
chestnut=acorn; pizza=sliceofpizza; curry rice=curryandrice; fish cake with swirl=fishcakeswirl;
sake=sakebottleandcup; fork and knife with plate=forkknife; kitchen knife=hocho;
globe showing europe-africa=europeafricaglobe; globe showing americas=americasglobe;
globe showing asia-australia=asiaaustraliaglobe; globe with meridians=meridianglobe; map of japan=silhouetteohjapan;
beach with umbrella=beachumbrella; houses=housebuildings; house=housebuilding; post office=europeanpostoffice;
castle=europeancastle; tokyo tower=toykotower; sunset=sunsetoverbuildings; locomotive=steamlocomotive;
bullet train=highspeedtrainbulletnose; racing car=racecar; sport utility vehicle=recreationalvehicle;
construction=constructionsign; police car light=policecarsrevolvinglight; hourglass done=hourglass;
hourglass not done=hourglassflowingsand; mantelpiece clock=manltepiececlock; waning gibbous moon=waningbibbousmoon;
new moon face=newmoonwithface; sun=whitesun; star=; glowing star=star; sun behind cloud=whitesunbehindcloud;
sun behind rain cloud=sunraincloud; cloud with rain=raincloud; cloud with snow=snowcloud;
cloud with lightning=stormcloud; high voltage=lightningmood; droplet=blackdroplet; water wave=wave;
sparkler=fireworksparkler; confetti ball=confetti; wrapped gift=present; reminder ribbon=reminder;
flag in hole=flaginhole; tennis=tennisball; basketball=basketballandhoop; skis=skiandskiboot; bullseye=directhit;
pool 8 ball=billiards; water pistol=; mahjong red dragon=mahjong; joker=playingcardblackjoker;
spade suit=blackspadesuit; heart suit=blackheartsuit; diamond suit=blackdiamondsuit; club suit=blackclubsuit;
fishing pole=fishingpoleandfish; sunglasses=darksunglasses; necktie=tie; clutch bag=makeupbag; purse=pinkwallet;
backpack=schoolsatchel; running shoe=mensrunner; high-heeled shoe=heels; gem stone=gem; bell=ringingbell;
bell with slash=bellcancellation; megaphone=bullhorn; loudspeaker=bullhornwithsoundwaves; musical note=musicascend;
musical notes=multiplemusicalnotes; studio microphone=studiomic; control knobs=controlknob; radio=;
mobile phone=cellphone; mobile phone with arrow=phonerightarrowleft; telephone=blacktelephone;
telephone receiver=lefthandphone; fax machine=faxicon; laptop=oldpersonalcomputer;
desktop computer=personalcomputer; printer=printericon; keyboard=wiredkeyboard; computer mouse=twobuttonmouse;
computer disk=minidisc; floppy disk=floppydisk2; videocassette=videocasette; video camera=handheldvideocamera;
magnifying glass tilted left=leftmagnifyingglass; magnifying glass tilted right=rightmagnifyingglass;
red paper lantern=izakayalantern; flashlight=electrictorch; bookmark tabs=bookmarktab; yen banknote=banknoteyen;
dollar banknote=banknotedollar; euro banknote=banknoteeuro; pound banknote=banknotepound;
chart increasing with yen=chartupwardstrendyen; e-mail=; envelope with arrow=envelopedownarrowabove;
outbox tray=outbox; closed mailbox with raised flag=closedmailboxraised;
closed mailbox with lowered flag=closedmailboxlowered; open mailbox with raised flag=openmailboxraised;
open mailbox with lowered flag=openmailboxlowered; pencil=lowerleftpencil; fountain pen=lowerleftfountainpen;
pen=lowerleftpen; paintbrush=lowerleftpaintbrush; crayon=lowerleftcrayon; file folder=folder;
open file folder=openfolder; spiral calendar=spiralcalendarpad; chart increasing=chartupwardstrend;
chart decreasing=chartdownwardstrend; scissors=blackscissors; locked=lock; unlocked=openlock;
locked with pen=lockwithinkpen; locked with key=lockandkey; dagger=daggerknife; clamp=compression; link=linksymbol;
cigarette=; moai=moyai; atm sign=automatedtellermachine; litter in bin sign=putlitterinitsplacesymbol;
potable water=potablewatersystem; men's room=menssymbol; women's room=womenssymbol; warning=warningsign; no entry=;
prohibited=noentrysign; no smoking=nosmokingsymbol; no littering=donotlittersymbol;
non-potable water=nonpotablewatersymbol; no one under eighteen=nooneunder18symbol; up-right arrow=northeastarrow;
down-right arrow=southeastarrow; up-left arrow=northwestarrow; right arrow=blackrightwardsarrow;
left arrow=leftwardsblackarrow; right arrow curving left=leftwardsarrowwithhook;
left arrow curving right=rightwardsarrowwithhook; right arrow curving up=arrowrightwardsupwards;
right arrow curving down=arrowrightwardsdownwards; back arrow=backwithleftwardsarrow;
end arrow=endwithleftwardsarrow; on! arrow=onarrowleftright; soon arrow=soonwithrightarrow;
top arrow=topwithupwardsarrow; om=omsymbol; latin cross=heavylatincross; scorpio=scorpius; sagittarius=saggitarius;
dotted six-pointed star=sixpointedstarwithdot; shuffle tracks button=twistedrightwardsarrows;
play button=blackrightpointingarrow; fast-forward button=blackrightpointingdoublearrow;
reverse button=blackleftpointingarrow; fast reverse button=blackleftpointingdoublearrow;
upwards button=uppointingsmallredtrisngle; fast up button=blackuppointingdoublearrow;
downwards button=downpointingsmallredtrisngle; fast down button=blackdownpointingdoublearrow;
dim button=lowbrightness; bright button=highbrightness; antenna bars=antennawithbars; plus=heavyplussign;
minus=heavyminussign; divide=heavydivisionsign; multiply=heavymultiplicationsymbol;
exclamation question mark=exclaimationquestionmark; double exclamation mark=doubleexclaimationmark;
red question mark=; red exclamation mark=; recycling symbol=blackuniversalrecyclingsymbol;
hollow red circle=heavylargecircle; check mark button=whiteheavycheckmark; check mark=heavycheckmark;
cross mark button=negativesquaredcrossmark; eight-spoked asterisk=eightspokedasterix;
eight-pointed star=eightpointedblackstar; information=informationsource; keycap 10=ten;
a button (blood type)=negativesquaredlatincaptiala; b button (blood type)=negativesquaredlatincaptialb;
ab button (blood type)=negativesquaredab; o button (blood type)=negativesquaredlatincaptialo;
p button=negativesquaredlatincapitalletterp; red circle=largeredcircle; blue circle=largebluecircle;
diamond with a dot=diamondshapewithdotinside; red triangle pointed up=uppointingredtriangle;
red triangle pointed down=downpointingredtriangle; black flag=blackwaving; triangular flag=triangularflagonpost;
thumbs up=reversethumbsup; thumbs down=reversethumbsdown; victory hand=reversevictoryhand;
middle finger=reversehandmiddlefinger; bow and arrow=; cook=; tram car=; window=; fog=; beating heart=;
`;

/** Concept name to the icon's name in @iconify-json/fxemoji; an empty one says that no drawing fits. */
export const FX_NAMES: ReadonlyMap<string, string> = new Map(
  PAIRS.split(";")
    .map((pair) => pair.trim().split("="))
    .filter((pair) => pair.length === 2)
    .map(([name, icon]) => [name, icon]),
);
