"""Adjectives and nouns for peoples and for the followers of religions, in small letters."""

from __future__ import annotations

_WORDS = """
    afghan afghani albanian algerian american andorran angolan argentine argentinian argentinean
    armenian australian austrian azerbaijani azeri bahamian bahraini bangladeshi barbadian
    belarusian belgian belizean beninese bhutanese bolivian bosnian botswanan brazilian british
    bruneian bulgarian burkinabe burmese burundian cambodian cameroonian canadian chadian
    chilean chinese colombian comorian congolese croatian cuban cypriot czech danish djiboutian
    dominican dutch ecuadorian egyptian emirati english eritrean estonian ethiopian fijian
    filipino filipina finnish french gabonese gambian georgian german ghanaian greek grenadian
    guatemalan guinean guyanese haitian honduran hungarian icelandic indian indonesian iranian
    iraqi irish israeli italian ivorian jamaican japanese jordanian kazakh kazakhstani kenyan
    korean kosovar kuwaiti kyrgyz lao laotian latvian lebanese liberian libyan lithuanian
    luxembourgish macedonian malagasy malawian malaysian maldivian malian maltese mauritanian
    mauritian mexican micronesian moldovan mongolian montenegrin moroccan mozambican namibian
    nepalese nepali nicaraguan nigerian nigerien norwegian omani pakistani palestinian
    panamanian paraguayan peruvian polish portuguese qatari romanian russian rwandan salvadoran
    samoan saudi scottish senegalese serbian seychellois singaporean slovak slovakian slovene
    slovenian somali spanish sudanese surinamese swazi swedish swiss syrian taiwanese tajik
    tanzanian thai tibetan togolese tongan trinidadian tunisian turkish turkmen ugandan
    ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni yemenite zambian zimbabwean
    african asian european arab arabian kurdish kurd hispanic latino latina caucasian romani
    basque catalan puerto-rican american-indian afro-american african-american afghans albanians
    algerians americans angolans argentinians armenians australians austrians belgians bolivians
    bosnians brazilians britons bulgarians cambodians canadians chileans colombians croats
    croatians cubans cypriots czechs danes dane dutchman dutchmen egyptians englishman
    englishmen englishwoman estonians ethiopians filipinos finns finn frenchman frenchmen
    frenchwoman georgians germans ghanaians greeks guatemalans haitians hungarians icelanders
    icelander indians indonesians iranians iraqis irishman irishmen irishwoman israelis italians
    jamaicans jordanians kenyans koreans kuwaitis latvians libyans lithuanians macedonians
    malaysians mexicans moldovans mongolians moroccans nigerians norwegians pakistanis
    palestinians peruvians poles romanians russians rwandans saudis scots scot scotsman serbs
    serb serbians slovaks slovenes somalis spaniard spaniards swede swedes syrians tanzanians
    thais tunisians turk turks ugandans ukrainians uruguayans uzbeks venezuelans welshman
    zambians zimbabweans africans asians europeans arabs kurds latinos south-african
    south-africans north-korean south-korean new-zealander new-zealanders sri-lankan sri-lankans
    costa-rican costa-ricans puerto-ricans muslim muslims christian christians jew jews jewish
    hindu hindus buddhist buddhists sikh sikhs catholic catholics protestant protestants mormon
    mormons atheist atheists islamic orthodox-jew sunni shia shiite lutheran lutherans methodist
    methodists baptist baptists presbyterian anglican anglicans evangelical evangelicals
    zoroastrian
"""
PEOPLES = tuple(people.replace("-", " ") for people in _WORDS.split())
"""Those of several words are joined by a hyphen above."""
