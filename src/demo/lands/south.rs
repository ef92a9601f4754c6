//! France and Italy.

use super::Words;

pub(super) const FR: Words = Words {
    code: "FR",
    weight: 16,
    dial: "+33",
    branches: &[(95, 2), (5, 0)],
    surnames: 1,
    women: "Marie Camille Léa Manon Chloé Emma Julie Sarah Pauline Céline Aurélie Élodie Émilie Amélie Hélène Inès Zoé \
        Clémence Noémie Mélanie Anaïs Maëlle Aïcha Fatou Françoise Geneviève Solène Margaux Bérénice Agnès Nathalie \
        Sylvie Isabelle Véronique Anne Ségolène Gaëlle Jeanne Louise Brigitte",
    men: "Pierre Jean Thomas Nicolas Julien Alexandre Antoine Maxime Lucas Hugo Louis François Frédéric Jérôme Sébastien \
        Stéphane Cédric Rémi Benoît Loïc Gaël Théo Raphaël Mathéo Étienne Gérard Hervé Mickaël Mamadou Karim Mehdi \
        Guillaume Olivier Philippe Laurent Éric Grégoire Aurélien Tristan Yann",
    last: "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux David \
        Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefebvre Faure André Mercier \
        Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry \
        Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard \
        Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martínez Gérard Roche Renard Schmitt Leclerc Colin \
        Ménard Le\u{a0}Goff Béranger Çelik",
    streets: "rue de la République; rue Victor-Hugo; avenue Jean-Jaurès; place de l'Église; rue des Écoles; \
        boulevard Gambetta; rue du Général-Leclerc; impasse des Lilas; quai de la Fosse; cours Mirabeau; rue Saint-Honoré",
    cities: "Paris=750##; Paris=7501#; Marseille=130##; Lyon=690##; Toulouse=310##; Nice=060##; Nantes=440##; \
        Strasbourg=670##; Bordeaux=330##; Lille=590##; Rennes=350##; Saint-Étienne=420##; Nîmes=300##",
    forms: "SARL; SAS; SA; SASU; SCI",
    trades: "Conseil; Bâtiment; Transports; Immobilier; Distribution; Énergie; Restauration; Hôtellerie; Édition; Ingénierie; \
        Patrimoine; Création",
    number_first: true,
};

pub(super) const IT: Words = Words {
    code: "IT",
    weight: 10,
    dial: "+39",
    branches: &[(45, 0), (35, 2), (20, 1)],
    surnames: 1,
    women: "Maria Anna Giulia Francesca Sara Chiara Martina Elena Laura Valentina Alessia Federica Silvia Giorgia Sofia \
        Aurora Alice Paola Roberta Elisa Simona Ilaria Claudia Beatrice Camilla Noemi Gaia Rosa Teresa Lucia Caterina \
        Ludovica Mélissa Nicoletta",
    men: "Andrea Marco Francesco Alessandro Luca Matteo Lorenzo Giuseppe Antonio Giovanni Davide Riccardo Simone Stefano \
        Paolo Roberto Mario Fabio Nicolò Federico Gabriele Tommaso Filippo Salvatore Vincenzo Pietro Emanuele Daniele \
        Michele Giacomo Cristian Luigi Noè Carmelo",
    last: "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini \
        Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile \
        Martinelli Vitale Lombardo Serra Coppola D'Angelo Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco Marini \
        Grasso Valentini Messina Sala Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti Cattaneo Morelli Amato Silvestri \
        Mazza Testa Grassi Pellegrino Carbone Giuliani Benedetti Barone Rossetti Caputo Montanari Guerra Palmieri \
        D'Amico Cusàno Calì Niccolì",
    streets: "Via Roma; Via Garibaldi; Corso Vittorio Emanuele; Via Dante; Piazza San Marco; Via Mazzini; Viale della Libertà; \
        Via Giuseppe Verdi; Largo Augusto; Via XX Settembre; Via dei Mille",
    cities: "Roma=001##=H501; Milano=201##=F205; Napoli=801##=F839; Torino=101##=L219; Palermo=901##=G273; \
        Genova=161##=D969; Bologna=401##=A944; Firenze=501##=D612; Bari=701##=A662; Venezia=301##=L736; Forlì=471##=D704",
    forms: "S.r.l.; S.p.A.; S.n.c.; S.a.s.",
    trades: "Costruzioni; Servizi; Alimentari; Trasporti; Moda; Immobiliare; Consulenza; Meccanica; Energia; Ristorazione; \
        Società Agricola; Qualità",
    number_first: false,
};
