//! The Netherlands and Belgium.

use super::Words;

pub(super) const NL: Words = Words {
    code: "NL",
    weight: 8,
    dial: "+31",
    branches: &[(50, 2), (50, 0)],
    surnames: 1,
    women: "Emma Julia Anna Sophie Lotte Eva Femke Sanne Fleur Maud Anouk Iris Noor Lieke Marloes Marieke Annemieke Ingrid \
        Esther Saskia Wilhelmina Zoë Fenna Tess Roos Zeynep Fatima Naomi Jolien Renée Desirée Chantal Mirjam Floor",
    men: "Daan Sem Lucas Levi Finn Jan Pieter Johannes Hendrik Willem Thijs Bram Luuk Ruben Sander Jeroen Martijn Bas Maarten \
        Joost Kees Gerrit Mohamed Yusuf Koen Rik Stijn Wouter André René Freek Tijs Björn Jelle",
    last: "Jong Jansen Vries Bakker Visser Smit Meijer Mulder Groot Bos Vos Peters Hendriks Leeuwen Dekker Brouwer Wit \
        Dijkstra Smits Graaf Meer Kok Jacobs Haan Vermeulen Heuvel Veen Broek Schouten Beek Willems Vliet Hoekstra Maas \
        Verhoeven Koster Dam Prins Blom Huisman Peeters Bruin Kuipers Kuiper Post Veenstra Kramer Brink Molenaar Koning \
        Gerritsen Wolters Evers Timmermans Groen Leeuw Boer Sanders Martens Scholten Bosch Zwart Schipper Hermans Snoeck \
        Coëlho Çetin Daniëls Cornelissen",
    streets: "Kerkstraat; Dorpsstraat; Schoolstraat; Molenweg; Prinsengracht; Stationsplein; Beatrixlaan; Oranjestraat; \
        Nieuwstraat; Julianalaan; Lange Voorhout",
    cities: "Amsterdam=10## @@; Rotterdam=30## @@; Den Haag=25## @@; Utrecht=35## @@; Eindhoven=56## @@; Groningen=97## @@; \
        Tilburg=50## @@; Breda=48## @@; Maastricht=62## @@; 's-Hertogenbosch=52## @@",
    forms: "B.V.; N.V.; V.O.F.; Coöperatie U.A.",
    trades: "Advies; Bouw; Handel; Transport; Vastgoed; Bloemen; Techniek; Horeca; Energie; Financiën; Media",
    number_first: false,
};

pub(super) const BE: Words = Words {
    code: "BE",
    weight: 6,
    dial: "+32",
    branches: &[(90, 2), (10, 0)],
    surnames: 1,
    women: "Marie Nathalie Isabelle Martine Sophie Julie Elise Charlotte Louise Olivia Emma Camille Lore Femke Katrien Ann \
        Hilde Greet Lieve Sofie Elke Céline Amélie Zoé Noémie Yasmina Inès Anaïs Maïté Hélène Joëlle Ingrid Annelies Tine",
    men: "Jan Luc Marc Jean Philippe Pierre Thomas Nicolas Maxime Arthur Louis Noah Lucas Liam Jef Wim Bart Koen Stijn Tom \
        Pieter Dirk Geert Karel Benoît Frédéric Jérôme François Mohamed Rayan Loïc Raphaël Siebe Jürgen",
    last: "Peeters Janssens Maes Jacobs Mertens Willems Claes Goossens Wouters Dubois Lambert Dupont Martens Vermeulen Leroy \
        Simon Aerts Laurent Michiels Hermans Desmet Smet Pauwels Stevens Dumont Bogaert Cools Lemmens Verhoeven Leclercq \
        Renard François Segers Lejeune Hendrickx Thys Declercq Bosmans Verstraete Martin Coppens Claeys Mathieu Lenaerts \
        Gérard Verbeke Christiaens Baert Wauters Noël Cornelis Dewulf Thijs Collignon Denis Petit Delvaux Adam Gilles \
        Gielen Evrard Bernard Piette Ruelle Vandenberghe",
    streets: "Kerkstraat; Stationsstraat; rue de la Station; rue Neuve; avenue Louise; Grote Markt; Molenstraat; \
        rue de l'Église; chaussée de Wavre; Nieuwstraat; place Flagey",
    cities: "Bruxelles=10##; Antwerpen=20##; Gent=90##; Charleroi=60##; Liège=40##; Brugge=80##; Namur=50##; Leuven=30##; \
        Mons=70##; Mechelen=28##",
    forms: "SRL; BV; SA; NV; ASBL",
    trades: "Conseil; Bouw; Transport; Immobilière; Chocolaterie; Brasserie; Énergie; Techniek; Advies; Logistique",
    number_first: false,
};
