//! Germany.

use super::Words;

pub(super) const DE: Words = Words {
    code: "DE",
    weight: 13,
    dial: "+49",
    branches: &[(50, 0), (30, 3), (20, 2)],
    surnames: 1,
    women: "Anna Maria Sophie Marie Lena Laura Julia Katharina Sabine Petra Monika Ursula Susanne Andrea Claudia Stefanie \
        Christina Nicole Jana Leonie Hannah Mia Emilia Jörgine Käthe Bärbel Ayşe Elif Zeynep Renate Ingrid Gisela Heike \
        Anke Silke Grete Frieda Brigitte Ulrike Dörte",
    men: "Thomas Michael Andreas Peter Stefan Christian Wolfgang Klaus Jürgen Günter Jörg Uwe Frank Martin Alexander \
        Maximilian Paul Leon Lukas Felix Jonas Tobias Sebastian Björn Götz Mehmet Mustafa Emre Heinrich Karl Hans Dieter \
        Manfred Rainer Matthias Florian Philipp Jan Sören Kaspar",
    last: "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf \
        Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Köhler \
        Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich \
        Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus \
        Martin Schumacher Krämer Vogt Stein Jäger Yılmaz Kaya Öztürk Groß Sommer Seidel Grün Straßburger",
    streets: "Hauptstraße; Bahnhofstraße; Gartenweg; Schillerstraße; Goetheallee; Lindenstraße; Bergstraße; Am Mühlbach; \
        Königsplatz; Ringstraße; Rosenweg; Kölner Straße",
    cities: "Berlin=10###; Berlin=12###; Hamburg=20###; München=80###; Köln=50###; Frankfurt am Main=60###; Stuttgart=70###; \
        Düsseldorf=40###; Leipzig=04###; Nürnberg=90###; Münster=48###; Würzburg=97###",
    forms: "GmbH; UG (haftungsbeschränkt); AG; GmbH & Co. KG; e.K.",
    trades: "Maschinenbau; Beratung; Logistik; Immobilien; Handels; Bäckerei; Elektrotechnik; Bau; Energie; Gebäudetechnik; \
        Lösungen; Verlag",
    number_first: false,
};
