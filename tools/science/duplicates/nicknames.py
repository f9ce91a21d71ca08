"""Given names and the forms they are called by, one group a line; a form may stand in several groups."""

from __future__ import annotations

GROUPS = """
robert bob rob bobby robbie bert
william bill will billy willy liam
richard rick dick rich ricky
james jim jimmy jamie
john jack johnny jon
jonathan jon jonny nathan
michael mike mick mickey micha
thomas tom tommy
charles charlie chuck chas
edward ed eddie ted ned
edwin ed eddie
theodore ted theo teddy
joseph joe joey
joshua josh
daniel dan danny
david dave davey
matthew matt matty
matthias matt matze
andrew andy drew
anthony tony ant
antonio tony toni toño
christopher chris kit topher
christian chris
christine chris tina chrissy
christina chris tina chrissy
steven steve stevie
stephen steve stevie
stefan steve steffen
nicholas nick nicky
nicole nicky nikki
benjamin ben benny benji
samuel sam sammy
samantha sam sammy
alexander alex sasha xander al sandy
alexandra alex sasha sandra sandy
albert al bert bertie
alfred fred alf freddie
frederick fred freddie rick
friedrich fritz fred
francis frank
francisco paco pancho frank
franklin frank
lawrence larry laurie
gerald gerry jerry
jeremy jerry jem
gregory greg
jeffrey jeff
geoffrey geoff
kenneth ken kenny
ronald ron ronnie
donald don donnie
douglas doug
patrick pat paddy
patricia pat patty tricia trish
peter pete
philip phil pip
raymond ray
timothy tim timmy
victor vic
victoria vicky tori vic
vincent vince vinny
walter walt wally
zachary zach zack
leonard leo len lenny
louis lou louie
maximilian max
johannes hannes hans jo
joachim jochen achim
wolfgang wolf
heinrich heiner heinz
katharina kathi kat
elizabeth liz beth betty lizzie eliza libby lisa
margaret maggie meg peggy marge greta
catherine kate cathy katie cat
katherine kate kathy katie kat
kathleen kate kathy katie
susan sue susie
susanne susi sanne
deborah deb debbie
barbara barb babs
jennifer jen jenny
jessica jess jessie
rebecca becky becca
rachel rach
amanda mandy
angela angie
dorothy dot dottie
eleanor ellie nell nora
emily em emmy
gabriella gabi gabby
gabrielle gabi gabby
isabella bella izzy
jacqueline jackie
josephine jo josie
judith judy
kimberly kim
madeleine maddie
natalie nat
nathaniel nate nat
pamela pam
penelope penny
philippa pip pippa
sophia sophie
stephanie steph
theresa terry tess
valerie val
veronica ronnie vera
abigail abby
alison ali
bernard bernie
bradley brad
cynthia cindy
eugene gene
harold harry hal
henry harry hank
jacob jake
lucas luke
martin marty
oliver ollie
olivia liv livvy
randall randy
russell russ
stanley stan
terence terry
guillermo memo
jose pepe
ignacio nacho
manuel manolo
roberto beto rob
aleksandr sasha alex
dmitri dima
mikhail misha
vladimir vova
ekaterina katya
elena lena
"""
