//! Spain and Portugal.

use super::Words;

pub(super) const ES: Words = Words {
    code: "ES",
    weight: 18,
    dial: "+34",
    branches: &[(92, 1), (8, 0)],
    surnames: 2,
    women: "María Carmen Ana Isabel Laura Cristina Marta Lucía Elena Paula Sara Andrea Raquel Beatriz Rocío Nuria Silvia \
        Inés Ángela Irene Mónica Verónica Belén Alba Noelia Begoña Itziar Montserrat Ainhoa Leire Sofía Martina Julia \
        Candela Azucena Concepción Consuelo Maite Uxía Núria",
    men: "Antonio José Manuel Francisco Juan David Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pedro Pablo Ángel \
        Sergio Fernando Jorge Luis Alberto Álvaro Adrián Diego Iván Raúl Rubén Óscar Andrés Joaquín Íñigo Martín Hugo \
        Jordi Xavier Iker Gonzalo Nicolás Tomás Agustín",
    last: "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández Ruiz Díaz \
        Moreno Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres Domínguez Ramos Vázquez Ramírez Gil Serrano Morales \
        Molina Blanco Suárez Castro Ortega Delgado Ortiz Marín Rubio Núñez Medina Sanz Castillo Iglesias Cortés Garrido \
        Santos Guerrero Lozano Cano Cruz Méndez Flores Prieto Herrera Peña León Márquez Cabrera Gallego Calvo Vidal \
        Campos Reyes Vega Fuentes Carrasco Echeverría Ibáñez Etxebarria Puig Ferrer Mañueco Zúñiga",
    streets: "Calle Mayor; Calle de Alcalá; Avenida de la Constitución; Paseo de Gràcia; Calle Real; Calle Nueva; Gran Vía; \
        Plaza de España; Calle del Carmen; Ronda de Toledo; Camino de los Ángeles; Travesía del Peñón",
    cities: "Madrid=280##; Madrid=281##; Barcelona=080##; Valencia=460##; Sevilla=410##; Zaragoza=500##; Málaga=290##; \
        Bilbao=480##; Alicante=030##; Córdoba=140##; Valladolid=470##; A Coruña=150##; Logroño=260##; Cádiz=110##",
    forms: "S.L.; S.A.; S.L.U.; S.Coop.",
    trades: "Construcciones; Distribuciones; Gestión; Servicios; Inmobiliaria; Alimentación; Transportes; Energías; \
        Consultoría; Hostelería; Tecnología; Diseño; Agrícola; Textil",
    number_first: false,
};

pub(super) const PT: Words = Words {
    code: "PT",
    weight: 5,
    dial: "+351",
    branches: &[(85, 1), (15, 0)],
    surnames: 2,
    women: "Maria Ana Inês Beatriz Mariana Joana Catarina Sofia Marta Rita Carolina Leonor Matilde Francisca Daniela \
        Patrícia Sónia Carla Cláudia Teresa Luísa Helena Conceição Fátima Margarida Filipa Vânia Andreia Tânia Raquel \
        Lúcia Mónica Célia Graça",
    men: "João José António Francisco Manuel Pedro Miguel Rui Tiago Nuno Luís Diogo Ricardo Bruno André Gonçalo Duarte \
        Martim Afonso Rodrigo Tomás Vasco Hugo Sérgio Fernando Jorge Paulo Hélder Artur Simão Álvaro Joaquim Mário Óscar",
    last: "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves Gomes Lopes \
        Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro Cardoso \
        Rocha Raposo Neves Coelho Cruz Cunha Pires Ramos Reis Simões Antunes Matos Fonseca Machado Araújo Barbosa Tavares \
        Lourenço Castro Figueiredo Azevedo Freitas Magalhães Henriques Guimarães Baptista Brandão Conceição Assunção \
        Leitão Falcão Galvão Brás Luís Vaz",
    streets: "Rua Augusta; Avenida da Liberdade; Rua de Santa Catarina; Rua do Comércio; Praça do Município; \
        Travessa da Conceição; Largo de São João; Rua das Flores; Avenida dos Descobrimentos; Rua Direita",
    cities: "Lisboa=1###-###; Lisboa=11##-###; Porto=4###-###; Braga=47##-###; Coimbra=30##-###; Setúbal=29##-###; \
        Évora=70##-###; Faro=80##-###; Guimarães=48##-###; Funchal=90##-###",
    forms: "Lda.; S.A.; Unipessoal Lda.",
    trades: "Construções; Comércio; Serviços; Gestão; Imobiliária; Transportes; Vinhos; Calçado; Cerâmica; Restauração; \
        Consultoria; Têxteis",
    number_first: false,
};
